"""Targets as people write them: "15 min", "1 h 30 min", "2 business days", and back again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any

from deskbell.lib.errors import Refused
from deskbell.sla.core.errors import BadCoverage
from deskbell.sla.core.windows import read_week

NOTHING = frozenset({"", "-", "–", "—", "none", "no", "nothing"})
LONGEST = timedelta(hours=10_000)
_SECONDS = {"s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60}
_SECONDS |= {"h": 3600, "hr": 3600, "hour": 3600}
_UNCLEAR = frozenset({"d", "day", "w", "wk", "week", "workday", "mo", "month"})
_PART = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*(business\s+days?|[a-z]+)\.?\s*(?:,|and\b)?\s*")
_EXAMPLES = "write it like 15 min, 4 h, 1 h 30 min or 2 business days"


def read_target(text: str, windows: Mapping[str, Sequence[Any]]) -> timedelta | None:
    """The covered time that someone wrote; None if they wrote nothing, or "none".

    A business day is the usual day of the coverage with these weekly windows. Refused, with how to
    write it, if it can't be read or might mean two things.
    """
    written = " ".join(text.casefold().split())
    if written in NOTHING:
        return None
    seconds, at = Fraction(0), 0
    while at < len(written):
        part = _PART.match(written, at)
        if part is None:
            raise Refused(f"“{text.strip()[:40]}” can’t be read as a time: {_EXAMPLES}.")
        seconds += Fraction(part[1]) * _seconds_of(part[2], text, windows)
        at = part.end()
    target = timedelta(microseconds=round(seconds * 1_000_000))
    if target <= timedelta(0):
        raise Refused(f"No time at all can’t be kept: {_EXAMPLES}, or leave it empty.")
    if target > LONGEST:
        raise Refused(
            f"“{text.strip()[:40]}” is too long: write {written_target(LONGEST)} at most."
        )
    return target


def written_target(target: timedelta) -> str:
    """A target in hours, minutes and seconds, never in days: what `read_target` reads."""
    minutes, seconds = divmod(target, timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    rest = f"{seconds.total_seconds():g}"
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return " ".join(parts + [f"{rest} s"] * (rest != "0")) or "0 min"


def usual_day(windows: Mapping[str, Sequence[Any]]) -> timedelta:
    """How long most open days of a week are, by the clock on the wall; the longest of several."""
    try:
        week = read_week(windows)
    except BadCoverage:
        return timedelta(0)
    lengths = Counter(sum(end - start for start, end in day) for day in week if day)
    most = max(lengths.values(), default=0)
    minutes = max((length for length, days in lengths.items() if days == most), default=0)
    return timedelta(minutes=minutes)


def in_business_days(target: timedelta, windows: Mapping[str, Sequence[Any]]) -> str:
    """ "2 business days" where the target is so many whole days of the coverage; else nothing."""
    day = usual_day(windows)
    if not timedelta(0) < day < timedelta(hours=24) or target % day or not target:
        return ""
    count = target // day
    return f"{count} business {'day' if count == 1 else 'days'}"


def _seconds_of(unit: str, text: str, windows: Mapping[str, Sequence[Any]]) -> Fraction:
    if unit.startswith("business"):
        day = usual_day(windows)
        if not day:
            raise Refused(f"This coverage has no usual day: write “{text.strip()[:40]}” in hours.")
        return Fraction(round(day.total_seconds()))
    singular = unit if unit in _SECONDS else unit.removesuffix("s")
    if singular in _UNCLEAR:
        raise Refused(
            f"“{text.strip()[:40]}” may mean two things: write “business days” for days of this "
            f"coverage, or hours."
        )
    if singular not in _SECONDS:
        raise Refused(f"“{unit}” is no unit of time: {_EXAMPLES}.")
    return Fraction(_SECONDS[singular])
