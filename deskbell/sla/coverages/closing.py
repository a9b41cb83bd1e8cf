"""An emergency closure: closed today because of ..., and open tickets go along at once (K9)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from deskbell.lib.jobs import soon
from deskbell.people.models import Person
from deskbell.sla.coverages.dated import add_exception
from deskbell.sla.coverages.editing import undo
from deskbell.sla.coverages.words import needed
from deskbell.sla.jobs import move_open_tickets
from deskbell.sla.models import Coverage, CoverageEdit

BECAUSE = "Say why you are closed, such as “Snow storm”: people read it beside their deadline."


@transaction.atomic
def close_at_once(
    coverage: Coverage, first: date, last: date, because: str, *, by: Person
) -> CoverageEdit:
    """Close on these days, and hold all open tickets to the versions that say so.

    The versions stand when this returns; the tickets follow in a job, each on its own record.
    """
    because = needed(because, 200, BECAUSE)
    closed = add_exception(coverage, first, last, [], because, reason="Emergency closure", by=by)
    return _taking_tickets_along(closed, by=by)


@transaction.atomic
def undo_edit(edited: CoverageEdit, *, by: Person) -> CoverageEdit:
    """Undo any edit of a coverage; open tickets go back if they had gone along."""
    undone = undo(edited, by=by)
    return _taking_tickets_along(undone, by=by) if edited.moved_tickets else undone


def _taking_tickets_along(edited: CoverageEdit, *, by: Person) -> CoverageEdit:
    edited.moved_tickets = True
    edited.save(update_fields=["moved_tickets"])
    for version in edited.versions.all():
        soon(move_open_tickets, version=version.pk, reason=edited.said, by=by.pk)
    return edited
