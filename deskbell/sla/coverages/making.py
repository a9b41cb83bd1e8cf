"""A coverage comes into being, gets another name, other weekly hours, another zone."""

from __future__ import annotations

from django.db import transaction
from django.utils.text import slugify

from deskbell.lib.errors import Refused
from deskbell.people.models import District, Person
from deskbell.sla import core
from deskbell.sla.coverages.editing import edit
from deskbell.sla.coverages.hours import Windows
from deskbell.sla.coverages.words import needed, one_line
from deskbell.sla.freezing import snapshot
from deskbell.sla.models import Coverage, CoverageEdit
from deskbell.sla.refusing import refusing

NAME_IT = "Give the coverage a name, such as “Business hours of North Valley”."


@transaction.atomic
def make(
    name: str,
    zone: str,
    windows: dict[str, Windows],
    *,
    district: District | None = None,
    by: Person,
) -> CoverageEdit:
    """Make a coverage that promises can count in. No promise does yet, so no version follows."""
    name = needed(name, 100, NAME_IT)
    _refuse_taken(name)
    with refusing():
        core.Coverage.weekly(zone, windows)
    made = Coverage.objects.create(
        key=_free_key(name), name=name, zone=zone, windows=windows, district=district
    )
    return CoverageEdit.objects.create(
        coverage=made, said=f"Made {name}"[:300], by=by, after=snapshot(made)
    )


def rename(coverage: Coverage, name: str, *, reason: str, by: Person) -> CoverageEdit:
    """Give it another name; its key, by which promises know it, stays."""
    name = needed(name, 100, NAME_IT)
    _refuse_taken(name, but=coverage)

    def change(locked: Coverage) -> None:
        locked.name = name
        locked.save(update_fields=["name"])

    return edit(coverage, f"Renamed from {coverage.name}", change, reason=reason, by=by)


def set_week(
    coverage: Coverage, zone: str, windows: dict[str, Windows], *, reason: str, by: Person
) -> CoverageEdit:
    """Other weekly hours, by the clock of a zone (C1)."""

    def change(locked: Coverage) -> None:
        locked.zone, locked.windows = zone, windows
        locked.save(update_fields=["zone", "windows"])

    return edit(coverage, "Weekly hours changed", change, reason=reason, by=by)


def _refuse_taken(name: str, but: Coverage | None = None) -> None:
    others = Coverage.objects.exclude(pk=but.pk) if but else Coverage.objects.all()
    if others.filter(name__iexact=name).exists():
        raise Refused(f"There is a coverage named “{name}” already: choose another name.")


def _free_key(name: str) -> str:
    """A key that no other coverage has: its name in small letters, numbered if need be."""
    plain = one_line(slugify(name).replace("-", "_"), 40) or "coverage"
    taken = set(Coverage.objects.filter(key__startswith=plain).values_list("key", flat=True))
    numbered = (f"{plain}_{n}" for n in range(2, len(taken) + 3))
    return next(key for key in (plain, *numbered) if key not in taken)
