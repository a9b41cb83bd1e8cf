"""A district's school calendar becomes dated exceptions, and a newer issue of it replaces them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.people.models import Person
from deskbell.sla.coverages.editing import edit
from deskbell.sla.coverages.hours import Windows
from deskbell.sla.coverages.words import needed
from deskbell.sla.models import Coverage, CoverageEdit, DatedException, SchoolCalendar

MOST_DAYS = 400  # events that one calendar may close
NAME_IT = "Give the calendar a name, such as “North Valley 2026-27”."


class Day(NamedTuple):
    """What a school calendar says of the days from first to last; no windows: closed."""

    first: date
    last: date
    windows: Windows
    name: str


class Difference(NamedTuple):
    """What another issue of a calendar brings and drops."""

    added: list[Day]
    dropped: list[Day]
    same: int


def import_calendar(
    coverage: Coverage, name: str, days: Sequence[Day], *, reason: str, by: Person
) -> CoverageEdit:
    """Take these days over as the calendar of this name; those it had before are replaced."""
    name = needed(name, 200, NAME_IT)
    if not days:
        raise Refused("Choose at least one event of the calendar.")
    if len(days) > MOST_DAYS:
        raise Refused(f"That is more than {MOST_DAYS} events: choose fewer.")
    changes = compared(coverage, name, days)

    def change(locked: Coverage) -> None:
        calendar, _ = SchoolCalendar.objects.update_or_create(
            coverage=locked,
            name=name,
            defaults={"imported_at": clock.now(), "imported_by": by},
        )
        calendar.exceptions.all().delete()
        DatedException.objects.bulk_create(
            DatedException(coverage=locked, calendar=calendar, **day._asdict())
            for day in sorted(days)
        )

    said = f"School calendar {name}: {len(changes.added)} added, {len(changes.dropped)} dropped"
    return edit(coverage, said, change, reason=reason, by=by)


def remove_calendar(calendar: SchoolCalendar, *, reason: str, by: Person) -> CoverageEdit:
    """Take a school calendar away with all its days."""

    def change(locked: Coverage) -> None:
        if not locked.calendars.filter(pk=calendar.pk).delete()[0]:
            raise NotFound("Someone has removed this calendar meanwhile.")

    said = f"Removed the school calendar {calendar.name}"
    return edit(calendar.coverage, said, change, reason=reason, by=by)


def compared(coverage: Coverage, name: str, days: Iterable[Day]) -> Difference:
    """What these days add to, and drop from, the calendar of this name."""
    old = days_of(coverage, name)
    new = sorted(days)
    return Difference(
        added=[day for day in new if day not in old],
        dropped=[day for day in old if day not in new],
        same=sum(day in old for day in new),
    )


def days_of(coverage: Coverage, name: str) -> list[Day]:
    """The days that the calendar of this name has now."""
    rows = DatedException.objects.filter(coverage=coverage, calendar__name=name)
    return sorted(Day(row.first, row.last, row.windows, row.name) for row in rows)
