"""The desk's clock: the one place that asks the machine what time it is.

Everything else calls `now()`, so that the demo can write sixty days of history through the same
verbs, and a test can stand at 3 in the morning.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_moved_to: ContextVar[datetime | None] = ContextVar("moved_to", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _moved_to.get() or datetime.now(UTC)


@contextmanager
def moved_to(instant: datetime) -> Iterator[None]:
    """Let the clock stand still at `instant` (aware) inside the block."""
    if instant.tzinfo is None:
        raise ValueError("instant must be aware: give it a time zone")
    token = _moved_to.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _moved_to.reset(token)
