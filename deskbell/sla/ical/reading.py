"""What an iCal file says for a span of dates, its repeating events written out (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]

MOST_EVENTS = 5000
# A school's calendar repeats by days at most; what repeats by the minute means harm.
_TOO_OFTEN = {"HOURLY", "MINUTELY", "SECONDLY"}
_INSTANT = timedelta(microseconds=1)


class Unreadable(Exception):
    """The file can't be read; says in a sentence what to change."""


@dataclass(frozen=True, order=True)
class Event:
    """What happens from `first` to `last`, both included. If it isn't all day: from `starts` on the
    first to `ends` on the last, by the clock of the zone, "HH:MM" up to "24:00"."""

    first: date
    last: date
    name: str
    starts: str | None = None
    ends: str | None = None


def read(content: bytes, zone: str, first: date, last: date) -> list[Event]:
    """The events between two dates, by the clock of `zone`, each once, in order; else `Unreadable`.

    `DTEND` is exclusive, cancelled events are left out, and a broken one does not spoil the rest.
    """
    found: set[Event] = set()
    for calendar in _calendars(content):
        for component in _occurrences(calendar, first, last):
            event = _event(component, ZoneInfo(zone))
            if event is not None and event.first <= last and event.last >= first:
                found.add(event)
    if len(found) > MOST_EVENTS:
        raise Unreadable(
            f"This calendar has {len(found):,} events in three years, more than {MOST_EVENTS:,}: "
            f"export the school's closures alone."
        )
    return sorted(found, key=lambda event: (event.first, event.last, event.name))


def _calendars(content: bytes) -> list[Any]:
    text = _text(content)
    if "BEGIN:VCALENDAR" not in text:
        raise Unreadable("This is no calendar: export it as iCal, a file that ends in .ics.")
    try:
        found = icalendar.Calendar.from_ical(text, multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        raise Unreadable(
            "This calendar is damaged: export it again as iCal, a file that ends in .ics."
        ) from None
    return [each for each in found if each.name == "VCALENDAR"]


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _occurrences(calendar: Any, first: date, last: date) -> Iterator[Any]:
    _refuse_floods(calendar)
    query = recurring_ical_events.of(calendar, skip_bad_series=True)
    yield from query.between(first, last + timedelta(days=1))


def _refuse_floods(calendar: Any) -> None:
    for component in calendar.walk("VEVENT"):
        rules = component.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            often = rule.get("FREQ", []) if isinstance(rule, dict) else []
            if _TOO_OFTEN.intersection(str(each).upper() for each in often):
                raise Unreadable(
                    "An event of this calendar repeats within a day, which closes no school: "
                    "take it out and export the calendar again."
                )


def _event(component: Any, zone: ZoneInfo) -> Event | None:
    if str(component.get("STATUS", "")).upper() == "CANCELLED":
        return None
    try:
        start, end = component.start, component.end
        name = " ".join(str(component.get("SUMMARY", "")).split())[:200] or "Without a title"
        if not isinstance(start, datetime):
            return Event(start, max(start, end - timedelta(days=1)), name)
        start, end = _here(start, zone), _here(end, zone)
        final = max(start, end - _INSTANT)
        until = f"{end:%H:%M}" if end.date() == final.date() else "24:00"
        return Event(start.date(), final.date(), name, f"{start:%H:%M}", until)
    except (ValueError, TypeError, AttributeError, OverflowError, icalendar.InvalidCalendar):
        return None


def _here(moment: datetime, zone: ZoneInfo) -> datetime:
    """By the zone's clock; a time without a zone means the clock on the wall."""
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
