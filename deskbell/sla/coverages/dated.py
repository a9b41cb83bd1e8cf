"""Dated exceptions made by hand: closed, or open at other hours, from one day to another (C1)."""

from __future__ import annotations

from datetime import date

from deskbell.lib.errors import NotFound, Refused
from deskbell.people.models import Person
from deskbell.sla.coverages.editing import edit
from deskbell.sla.coverages.hours import Windows, days_in_words
from deskbell.sla.coverages.words import needed
from deskbell.sla.models import Coverage, CoverageEdit, DatedException

NAME_IT = "Say what these days are, such as “Summer break”: people read it beside their deadline."


def add_exception(
    coverage: Coverage,
    first: date,
    last: date,
    windows: Windows,
    name: str,
    *,
    reason: str,
    by: Person,
) -> CoverageEdit:
    """Other hours from first to last, both included; no windows: closed. A summer is one row."""
    name = needed(name, 200, NAME_IT)

    def change(locked: Coverage) -> None:
        _, made = DatedException.objects.get_or_create(
            coverage=locked, calendar=None, first=first, last=last, windows=windows, name=name
        )
        if not made:
            raise Refused(f"{name}, {days_in_words(first, last)}, is there already.")

    said = f"Added {name}, {days_in_words(first, last)}"
    return edit(coverage, said, change, reason=reason, by=by)


def replace_exception(
    row: DatedException,
    first: date,
    last: date,
    windows: Windows,
    name: str,
    *,
    reason: str,
    by: Person,
) -> CoverageEdit:
    """Other days, hours or another name for what was added before."""
    name = needed(name, 200, NAME_IT)

    def change(locked: Coverage) -> None:
        changed = locked.exceptions.filter(pk=row.pk).update(
            first=first, last=last, windows=windows, name=name
        )
        _refuse_gone(changed)

    said = f"Changed {row.name or 'other hours'}, {days_in_words(row.first, row.last)}"
    return edit(row.coverage, said, change, reason=reason, by=by)


def remove_exception(row: DatedException, *, reason: str, by: Person) -> CoverageEdit:
    """The days are as usual again, or as a calendar beneath says."""

    def change(locked: Coverage) -> None:
        _refuse_gone(locked.exceptions.filter(pk=row.pk).delete()[0])

    said = f"Removed {row.name or 'other hours'}, {days_in_words(row.first, row.last)}"
    return edit(row.coverage, said, change, reason=reason, by=by)


def _refuse_gone(count: int) -> None:
    if not count:
        raise NotFound("Someone has removed these days meanwhile.")
