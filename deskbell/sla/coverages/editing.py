"""The one way in for every edit of a coverage: lock, change, check, make the versions, note the edit.

All in one transaction, so that a desk never promises hours that its versions do not know (K9).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, Func

from deskbell.lib.errors import Refused
from deskbell.people.models import Person
from deskbell.sla import core
from deskbell.sla.coverages.words import needed, one_line
from deskbell.sla.freezing import PARTS, document_from, snapshot
from deskbell.sla.models import (
    Coverage,
    CoverageEdit,
    DatedException,
    HolidayCalendar,
    PolicyVersion,
    SchoolCalendar,
)
from deskbell.sla.refusing import refusing
from deskbell.sla.versions import renew_all

WHY = "Say why in a few words: the reason stands beside the new version."


@transaction.atomic
def edit(
    coverage: Coverage,
    said: str,
    change: Callable[[Coverage], None],
    *,
    reason: str,
    by: Person,
) -> CoverageEdit:
    """Change a coverage by `change(locked coverage)`; `said` is what that does, in a few words.

    `Refused` if it then can't be kept (C1, C5), or if nothing would be different. Open tickets keep
    the versions they were opened under (K9).
    """
    reason = needed(reason, 200, WHY)
    locked = Coverage.objects.select_for_update().get(pk=coverage.pk)
    before = snapshot(_with_parts(locked.pk))
    change(locked)
    after = snapshot(_with_parts(locked.pk))
    if after == before:
        raise Refused("That is what it says already: nothing would change.")
    return _noted(locked, said, before, after, reason=reason, by=by)


@transaction.atomic
def undo(edited: CoverageEdit, *, by: Person) -> CoverageEdit:
    """Bring a coverage back to how it stood before this edit, as a further edit with its own versions.

    `Refused` if it was changed again since. What was made is removed, what was removed comes back.
    """
    key = (edited.before or edited.after or {}).get("key", "")
    present = Coverage.objects.select_for_update().filter(key=key).first()
    now = snapshot(_with_parts(present.pk)) if present else None
    if now != edited.after:
        raise Refused("It has been changed again since: undo the later change first.")
    if edited.before is None:
        assert present is not None
        return remove(present, by=by, said=f"Undone: {edited.said}")
    restored = restore(edited.before, onto=present)
    return _noted(restored, f"Undone: {edited.said}", now, edited.before, reason="Undone", by=by)


@transaction.atomic
def remove(coverage: Coverage, *, by: Person, said: str = "") -> CoverageEdit:
    """Take away a coverage that no promise counts in; `Refused` if one does."""
    locked = Coverage.objects.select_for_update().get(pk=coverage.pk)
    if counting := policies_counting_in(locked):
        raise Refused(
            f"Promises of {' and '.join(counting)} count in {locked}: give them other hours first."
        )
    before = snapshot(_with_parts(locked.pk))
    locked.delete()
    return CoverageEdit.objects.create(
        said=one_line(said or f"Removed {coverage}", 300), by=by, before=before
    )


def policies_counting_in(coverage: Coverage) -> list[str]:
    """The names of the policies of which the newest version has a promise in these hours."""
    return policies_by_coverage().get(coverage.key, [])


def policies_by_coverage() -> dict[str, list[str]]:
    """The same for all coverages by their key."""
    newest = PolicyVersion.objects.order_by("policy", "-number").distinct("policy")
    keys = Func(F("document__coverages"), function="jsonb_object_keys", output_field=CharField())
    rows = PolicyVersion.objects.filter(pk__in=newest.values("pk")).order_by("policy__name")
    found: dict[str, list[str]] = {}
    for name, key in rows.annotate(named=keys).values_list("policy__name", "named"):
        found.setdefault(key, []).append(name)
    return found


def restore(taken: Mapping[str, Any], *, onto: Coverage | None = None) -> Coverage:
    """Make a coverage, or this one, what a snapshot says."""
    coverage = onto or Coverage(key=taken["key"])
    coverage.name, coverage.zone = taken["name"], taken["zone"]
    coverage.windows, coverage.district_id = taken["windows"], taken["district"]
    coverage.save()
    for part in (coverage.holidays, coverage.exceptions, coverage.calendars):
        part.all().delete()
    for each in taken["holidays"]:
        HolidayCalendar.objects.create(coverage=coverage, **each)
    calendars = [
        SchoolCalendar.objects.create(
            coverage=coverage,
            name=each["name"],
            imported_at=datetime.fromisoformat(each["at"]),
            imported_by_id=each["by"],
        )
        for each in taken["calendars"]
    ]
    DatedException.objects.bulk_create(
        DatedException(
            coverage=coverage,
            calendar=None if each["calendar"] is None else calendars[each["calendar"]],
            first=date.fromisoformat(each["first"]),
            last=date.fromisoformat(each["last"]),
            windows=each["windows"],
            name=each["name"],
        )
        for each in taken["exceptions"]
    )
    return coverage


def _noted(
    coverage: Coverage,
    said: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    *,
    reason: str,
    by: Person,
) -> CoverageEdit:
    with refusing():
        core.Coverage.from_document(document_from(after))
        versions = renew_all(reason=f"{coverage.name}: {said}. {reason}", by=by)
    noted = CoverageEdit.objects.create(
        coverage=coverage,
        said=one_line(said, 300),
        reason=reason,
        by=by,
        before=before,
        after=after,
    )
    noted.versions.set(versions)
    return noted


def _with_parts(pk: int) -> Coverage:
    return Coverage.objects.prefetch_related(*PARTS).get(pk=pk)
