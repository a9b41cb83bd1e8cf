"""When a check is asked: at instants of its own grid, so that checks of one interval don't bunch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

RETRY_AFTER = 5  # seconds; a failure is looked at again sooner than its turn would come
FIRST_WITHIN = 60  # seconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def next_slot(token: UUID, every: int, after: datetime) -> datetime:
    """The first instant after `after` at which a check is due. Its place in the interval comes of its
    token, which is random, so it is the same after a restart and another for each check."""
    period = every * 1_000_000
    passed = (after - _EPOCH) // _MICROSECOND - token.int % period
    return after + timedelta(microseconds=period - passed % period)


def first_slot(token: UUID, every: int, now: datetime) -> datetime:
    """When a new or changed check is asked for the first time: within a minute, also if it is asked daily."""
    return next_slot(token, min(every, FIRST_WITHIN), now)


def retry_slot(token: UUID, every: int, now: datetime) -> datetime:
    """When a failure is looked at again, before it counts."""
    return min(next_slot(token, every, now), now + timedelta(seconds=RETRY_AFTER))
