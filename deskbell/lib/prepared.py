"""Statements that are asked again and again, planned once.

    with prepared():            # a visitor's words, a batch of mails
        ...                     # the fifth time that a statement is asked here, PostgreSQL keeps its plan

Of a change that goes by keys, PostgreSQL spends half of its time on planning the same few statements. It is
not for lists and searches: a plan that is kept knows no values, and a rare word wants another one than a
common one does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

OFTEN = 5  # times on one connection; a connection lives for a minute, and its plans with it


@contextmanager
def prepared() -> Iterator[None]:
    """Have PostgreSQL keep the plans of what is asked in the block, on this connection."""
    connection.ensure_connection()
    line = connection.connection
    before, line.prepare_threshold = line.prepare_threshold, OFTEN
    try:
        yield
    finally:
        line.prepare_threshold = before
