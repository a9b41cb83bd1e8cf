"""Waiting longer after each failure, within a limit."""

from __future__ import annotations

from datetime import timedelta


def backoff(attempts: int, first: timedelta, longest: timedelta, *, times: int = 3) -> timedelta:
    """How long to wait after so many failed attempts: `first`, then `times` as long with each, `longest`
    at most. Any number of attempts is fine."""
    factor: int = times ** min(max(attempts - 1, 0), 10)
    return min(first * factor, longest)
