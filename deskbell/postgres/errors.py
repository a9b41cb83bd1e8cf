"""The one error of this room."""

from __future__ import annotations


class PostgresError(Exception):
    """PostgreSQL can't serve; the text is one sentence for a person, and says what to change."""
