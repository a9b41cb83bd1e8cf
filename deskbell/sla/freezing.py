"""What a coverage says now, as one document: its windows, with holidays and dated exceptions (C1, C7)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import holidays

from deskbell.lib import clock
from deskbell.sla.models import Coverage, HolidayCalendar

YEARS_OF_HOLIDAYS = 5
_ONE_DAY = timedelta(days=1)


def document_of(coverage: Coverage) -> dict[str, Any]:
    """The coverage in the form of `sla.core.Coverage.from_document`, ready to be frozen (K9).

    Of several exceptions on a day the one made by hand counts, then a school calendar's, then a
    holiday.
    """
    exceptions: dict[date, dict[str, Any]] = {}
    for calendar in coverage.holidays.order_by("id"):
        for day, name in holidays_of(calendar).items():
            exceptions.setdefault(day, {"windows": [], "name": name})
    imported_first = sorted(coverage.exceptions.all(), key=lambda e: (e.calendar_id is None, e.pk))
    for row in imported_first:
        for day in _days(row.first, row.last):
            exceptions[day] = {"windows": row.windows, "name": row.name}
    return {
        "zone": coverage.zone,
        "name": coverage.name,
        "windows": coverage.windows,
        "exceptions": {day.isoformat(): exceptions[day] for day in sorted(exceptions)},
    }


def holidays_of(calendar: HolidayCalendar) -> dict[date, str]:
    """The days that a calendar's place has off, by name, from last year on."""
    found = public_holidays(calendar.country, calendar.subdivision)
    return {day: name for day, name in found.items() if name not in calendar.skipped}


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


def _days(first: date, last: date) -> list[date]:
    return [first + n * _ONE_DAY for n in range((last - first).days + 1)]
