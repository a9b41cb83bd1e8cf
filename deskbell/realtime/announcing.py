"""NOTIFY: what is announced when the transaction commits, and dropped when it rolls back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection

_gathered: ContextVar[dict[tuple[str, str], None] | None] = ContextVar("gathered", default=None)


def announce(channel: str, payload: str = "") -> None:
    """Announce it at commit: at once, or with all the others of an `announcing_together` block."""
    gathered = _gathered.get()
    if gathered is None:
        _send([(channel, payload)])
    else:
        gathered[channel, payload] = None


@contextmanager
def announcing_together() -> Iterator[None]:
    """Inside a transaction: send in one statement, at the end of the block, what is announced in it, each
    once. Nothing if the block fails: then its transaction fails too."""
    gathered: dict[tuple[str, str], None] = {}
    token = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(token)
    if gathered:
        _send(list(gathered))


def _send(announced: list[tuple[str, str]]) -> None:
    statement = "SELECT " + ", ".join(["pg_notify(%s, %s)"] * len(announced))
    with connection.cursor() as cursor:
        cursor.execute(statement, [part for each in announced for part in each])
