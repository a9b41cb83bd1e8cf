"""When a mail was written, from dates of every broken form."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

MONTHS = {
    name: number
    for number, names in enumerate(
        "jan ene gen janv|feb fév fev févr|mar mär mrz mars mrt maa|apr avr abr|"
        "may mai mei mag maj maio|"
        "jun juin giu|jul juil lug|aug août aou ago|sep sept set|"
        "oct okt out ott|nov|dec dez déc dic des".split("|"),
        1,
    )
    for name in names.split()
}
CLOCK = re.compile(
    r"\b(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d+)?\s*([ap]\.?m\b)?", re.IGNORECASE
)
HALF_OF_DAY = re.compile(r"\d\s*[ap]\.?m\b", re.IGNORECASE)
ZONE = re.compile(r"(?:GMT|UTC)?\s*([+-])(\d{1,2}):?(\d{2})?(?!\d)")
NAMED = re.compile(r"\b(\d{1,2})\.?[\s-]+([^\W\d_]{3,9})\.?,?[\s-]+(\d{4}|\d{2})\b")
AMERICAN = re.compile(
    r"\b([^\W\d_]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|"
    r"th)?,?(?:\s+[\d:]+)?(?:\s+[A-Z]{3,4})?\s+(\d{4})\b"
)
NUMBERS = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")


def instant_of(text: str) -> datetime | None:
    """The date as an aware instant in UTC; one without a zone is taken for UTC. None if it says "
    "none."""
    text = " ".join(text.split())[:200]
    for read in (_standard, _iso, _by_its_parts):
        try:
            found = read(text)
            if found:
                return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    return None


def _standard(text: str) -> datetime | None:
    if HALF_OF_DAY.search(text):
        return None  # it would overhear the afternoon
    return parsedate_to_datetime(text)


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _by_its_parts(text: str) -> datetime | None:
    day = _day(text)
    if day is None:
        return None
    clock = CLOCK.search(text)
    seconds = _seconds(clock) if clock else 0
    zone = ZONE.search(text, clock.end() if clock else 0)
    return datetime(*day, tzinfo=_zone(zone)) + timedelta(seconds=seconds)


def _day(text: str) -> tuple[int, int, int] | None:
    if found := NUMBERS.search(text):
        return int(found[1]), int(found[2]), int(found[3])
    if (found := NAMED.search(text)) and (month := _month(found[2])):
        return _year(found[3]), month, int(found[1])
    if (found := AMERICAN.search(text)) and (month := _month(found[1])):
        return int(found[3]), month, int(found[2])
    return None


def _month(word: str) -> int | None:
    word = word.lower()
    return MONTHS.get(word) or MONTHS.get(word[:4]) or MONTHS.get(word[:3])


def _year(digits: str) -> int:
    year = int(digits)
    return year if year > 99 else year + (2000 if year < 70 else 1900)


def _seconds(clock: re.Match[str]) -> int:
    """Beyond midnight counts on, as some programs write 29:24:05."""
    hours = int(clock[1])
    if clock[4]:
        hours = hours % 12 + (12 if clock[4][0] in "pP" else 0)
    return hours * 3600 + int(clock[2]) * 60 + int(clock[3] or 0)


def _zone(found: re.Match[str] | None) -> timezone:
    if found is None:
        return UTC
    away = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(away if found[1] == "+" else -away) if away < timedelta(hours=24) else UTC
