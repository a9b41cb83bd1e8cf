"""What a coverage says now, as one document: its windows, with holidays and dated exceptions (C1, C7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import holidays

from deskbell.lib import clock
from deskbell.sla.models import Coverage

YEARS_OF_HOLIDAYS = 5
PARTS = ("holidays", "calendars", "exceptions")  # what a snapshot reads, for prefetch_related
_ONE_DAY = timedelta(days=1)


def document_of(coverage: Coverage) -> dict[str, Any]:
    """The coverage in the form of `sla.core.Coverage.from_document`, ready to be frozen (K9)."""
    return document_from(snapshot(coverage))


def snapshot(coverage: Coverage) -> dict[str, Any]:
    """The coverage and its parts as plain JSON, each list in the order in which its rows were made.

    Of an exception, `calendar` is the place of its school calendar in `calendars`, or None.
    """
    calendars = sorted(coverage.calendars.all(), key=_by_age)
    place = {calendar.pk: index for index, calendar in enumerate(calendars)}
    return {
        "key": coverage.key,
        "name": coverage.name,
        "zone": coverage.zone,
        "windows": coverage.windows,
        "district": coverage.district_id,
        "holidays": [
            {"country": each.country, "subdivision": each.subdivision, "skipped": each.skipped}
            for each in sorted(coverage.holidays.all(), key=_by_age)
        ],
        "calendars": [
            {"name": each.name, "at": each.imported_at.isoformat(), "by": each.imported_by_id}
            for each in calendars
        ],
        "exceptions": [
            {
                "calendar": None if each.calendar_id is None else place[each.calendar_id],
                "first": each.first.isoformat(),
                "last": each.last.isoformat(),
                "windows": each.windows,
                "name": each.name,
            }
            for each in sorted(coverage.exceptions.all(), key=_by_age)
        ],
    }


def document_from(taken: Mapping[str, Any]) -> dict[str, Any]:
    """What a snapshot says. Of several exceptions on a day the one made by hand counts, then a school
    calendar's, then a holiday; of two of a kind the later made."""
    exceptions: dict[date, dict[str, Any]] = {}
    for place in taken["holidays"]:
        off = public_holidays(place["country"], place["subdivision"])
        for day, name in without(off, place["skipped"]).items():
            exceptions.setdefault(day, {"windows": [], "name": name})
    by_hand_last = sorted(taken["exceptions"], key=lambda row: row["calendar"] is None)
    for row in by_hand_last:
        for day in days(date.fromisoformat(row["first"]), date.fromisoformat(row["last"])):
            exceptions[day] = {"windows": row["windows"], "name": row["name"]}
    return {
        "zone": taken["zone"],
        "name": taken["name"],
        "windows": taken["windows"],
        "exceptions": {day.isoformat(): exceptions[day] for day in sorted(exceptions)},
    }


def public_holidays(country: str, subdivision: str = "") -> dict[date, str]:
    """The public holidays of a country or one of its states, from last year on, in English."""
    this_year = clock.now().year
    years = range(this_year - 1, this_year + YEARS_OF_HOLIDAYS)
    place = holidays.country_holidays(country, subdiv=subdivision or None, years=years)
    if place.default_language != "en_US" and "en_US" in place.supported_languages:
        place = holidays.country_holidays(
            country, subdiv=subdivision or None, years=years, language="en_US"
        )
    return dict(sorted(place.items()))


def without(off: Mapping[date, str], skipped: Iterable[str]) -> dict[date, str]:
    """The days that stay off if people work on the skipped holidays; "(observed)" goes with its own."""
    worked = set(skipped)
    return {day: name for day, name in off.items() if not worked.issuperset(holidays_in(name))}


def holidays_in(name: str) -> list[str]:
    """The holidays that a day's name tells: two may fall on one, some are moved from a weekend."""
    return [each.removesuffix(" (observed)") for each in name.split("; ")]


def days(first: date, last: date) -> list[date]:
    """The dates from first to last, both included."""
    return [first + n * _ONE_DAY for n in range((last - first).days + 1)]


def _by_age(row: Any) -> int:
    key: int = row.pk
    return key
