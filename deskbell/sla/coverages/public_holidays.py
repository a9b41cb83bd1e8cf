"""Observing the public holidays of a country or state, all of them or all but some (C7)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays
from holidays.registry import COUNTRIES

from deskbell.lib.errors import NotFound, Refused
from deskbell.people.models import Person
from deskbell.sla.coverages.editing import edit
from deskbell.sla.freezing import holidays_in, public_holidays
from deskbell.sla.models import Coverage, CoverageEdit, HolidayCalendar

_WORDS_IN = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class Holiday:
    """One holiday of a place, with the days on which it is kept in the coming two years."""

    name: str
    days: list[date]


def observe(
    coverage: Coverage,
    country: str,
    state: str,
    skipped: Iterable[str],
    *,
    reason: str,
    by: Person,
) -> CoverageEdit:
    """Close on the public holidays of a place, but for those in `skipped`. Again: another choice."""
    place = place_name(country, state)
    known = {
        name for each in public_holidays(country, state).values() for name in holidays_in(each)
    }
    kept = sorted(known.intersection(skipped))

    def change(locked: Coverage) -> None:
        HolidayCalendar.objects.update_or_create(
            coverage=locked, country=country, subdivision=state, defaults={"skipped": kept}
        )

    said = f"Holidays of {place}" + (f", but for {', '.join(kept)}" if kept else "")
    return edit(coverage, said, change, reason=reason, by=by)


def stop_observing(calendar: HolidayCalendar, *, reason: str, by: Person) -> CoverageEdit:
    """Work on the holidays of this place as on any other day."""

    def change(locked: Coverage) -> None:
        if not locked.holidays.filter(pk=calendar.pk).delete()[0]:
            raise NotFound("Someone has removed these holidays meanwhile.")

    place = place_name(calendar.country, calendar.subdivision)
    said = f"No longer the holidays of {place}"
    return edit(calendar.coverage, said, change, reason=reason, by=by)


def coming(country: str, state: str, today: date) -> list[Holiday]:
    """The holidays of a place in the two years from today, in the order of their next day."""
    place_name(country, state)
    found: dict[str, list[date]] = {}
    until = date(today.year + 2, today.month, min(today.day, 28))
    for day, names in public_holidays(country, state).items():
        for name in holidays_in(names):
            if today <= day < until:
                found.setdefault(name, []).append(day)
    return [Holiday(name, days) for name, days in found.items()]


def place_name(country: str, state: str = "") -> str:
    """What people call the place: "United States", "Texas, United States". Unknown: `Refused`."""
    if country not in countries():
        raise Refused("Choose a country whose holidays the desk knows.")
    if state and state not in states(country):
        raise Refused(f"Choose a state of {countries()[country]}, or none of them.")
    return ", ".join(filter(None, [states(country).get(state, ""), countries()[country]]))


@cache
def countries() -> dict[str, str]:
    """Each country by its two letters (ISO 3166), in the order of the names."""
    known = set(holidays.list_supported_countries(include_aliases=False))
    named = {code[1]: _WORDS_IN.sub(" ", code[0]) for code in COUNTRIES.values()}
    found = {code: name for code, name in named.items() if code in known}
    return dict(sorted(found.items(), key=lambda each: each[1]))


def states(country: str) -> dict[str, str]:
    """The states of a country by the code that the holidays library gives them, by name."""
    return _states(country) if country in countries() else {}


@cache
def _states(country: str) -> dict[str, str]:
    codes = holidays.list_supported_countries(include_aliases=False).get(country, [])
    place = holidays.country_holidays(country)
    aliases: dict[str, str] = getattr(place, "subdivisions_aliases", None) or {}
    names = {code: code for code in codes}
    for alias, code in aliases.items():
        if names.get(code) == code:
            names[code] = alias
    return dict(sorted(names.items(), key=lambda each: each[1]))
