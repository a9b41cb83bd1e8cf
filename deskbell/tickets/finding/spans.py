"""Instants and spans as people write them in a search: `<2d`, `>4h`, `2026-11-20`, `..`, `today`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from deskbell.lib.errors import Refused

_SPAN = re.compile(r"([<>])\s*(\d{1,6})\s*(m|min|h|d|w|mo|y)")
_UNITS = {
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "mo": timedelta(days=30),
    "y": timedelta(days=365),
}
LONGEST = timedelta(days=365 * 100)
EXAMPLES = "<2d (within two days), >1w (longer), 2026-11-20, >2026-11-01 or 2026-11-01..2026-11-15"


@dataclass(frozen=True)
class Between:
    """From `first` on, and before `last`; None: without that end."""

    first: datetime | None = None
    last: datetime | None = None


def between(text: str, *, now: datetime, zone: str, ahead: bool = False) -> Between:
    """What the text means now, for someone in this zone. `ahead`: of instants to come `<4h` is before now
    plus four hours, of past ones after now minus them."""
    written = text.strip().lower()
    if span := _SPAN.fullmatch(written):
        length = min(int(span[2]) * _UNITS[span[3]], LONGEST)
        if ahead:
            edge = now + length
            return Between(last=edge) if span[1] == "<" else Between(first=edge)
        edge = now - length
        return Between(first=edge) if span[1] == "<" else Between(last=edge)
    return _days(written, text, now.astimezone(ZoneInfo(zone)))


def _days(written: str, text: str, now: datetime) -> Between:
    if ".." in written:
        first, _, last = written.partition("..")
        return Between(_start(first, text, now), _start(last, text, now, days=1))
    for sign, before, days in (("<=", True, 1), (">=", False, 0), ("<", True, 0), (">", False, 1)):
        if written.startswith(sign):
            edge = _start(written.removeprefix(sign), text, now, days=days)
            return Between(last=edge) if before else Between(first=edge)
    return Between(_start(written, text, now), _start(written, text, now, days=1))


def _start(written: str, text: str, now: datetime, *, days: int = 0) -> datetime:
    """When that day begins there, or the one so many days later."""
    named = {"today": 0, "yesterday": -1, "tomorrow": 1}
    try:
        if written in named:
            day = now.date() + timedelta(days=named[written] + days)
        else:
            day = date.fromisoformat(written) + timedelta(days=days)
        return datetime.combine(day, time(), now.tzinfo).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(f"“{text}” is no time. Write {EXAMPLES}.") from None
