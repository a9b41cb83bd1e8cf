"""Between aware datetimes and the integer microseconds that everything inside counts in (C3, T3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE


def micros(instant: datetime, name: str) -> int:
    """Microseconds since 1970 UTC of an aware datetime.

    A naive one, or something else than a datetime, is a `ValueError` that names the argument.
    """
    try:
        since = instant - EPOCH
    except TypeError:
        raise _refusal(instant, name) from None
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def moment(count: int) -> datetime:
    """The aware UTC datetime of microseconds since 1970."""
    return EPOCH + timedelta(0, 0, count)  # by place: by name it takes half as long again


def length(amount: timedelta, name: str) -> int:
    """A duration in microseconds. Anything but a `timedelta` is a `ValueError` with its name."""
    if not isinstance(amount, timedelta):
        raise ValueError(f"{name} must be a timedelta, not {amount!r}.")
    return (amount.days * 86_400 + amount.seconds) * SECOND + amount.microseconds


def _refusal(instant: object, name: str) -> ValueError:
    if isinstance(instant, datetime):
        return ValueError(
            f"{name} is a naive datetime ({instant.isoformat()}): give it a time zone, "
            f"for example tzinfo=UTC."
        )
    return ValueError(f"{name} must be an aware datetime, not {instant!r}.")
