"""Decisions to move many open tickets: begun by a person, done by a job, looked at while it runs (K9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q

from deskbell.lib.errors import Refused
from deskbell.lib.jobs import soon
from deskbell.people.models import Person
from deskbell.sla.holders import tickets_to_move
from deskbell.sla.jobs import move_tickets
from deskbell.sla.models import Move, MoveLine, PolicyVersion

Outcome = MoveLine.Outcome


@dataclass(frozen=True)
class Progress:
    """How far a move has come: counts of tickets."""

    total: int
    done: int
    moved: int
    changed: int
    late: int
    same: int
    failed: int


@transaction.atomic
def begin(
    versions: Sequence[PolicyVersion],
    *,
    reason: str,
    by: Person | None,
    numbers: Collection[int] | None = None,
) -> Move:
    """Let a job hold the open tickets of these versions' policies to them: all, or those with these
    numbers. Refused without a reason, and if there is none to move."""
    if not reason.strip():
        raise Refused("Say why the open tickets are moved: it will stand on each of them.")
    move = Move.objects.create(reason=reason.strip()[:300], by=by)
    lines = [
        MoveLine(move=move, ticket_id=number, version=version)
        for version in versions
        for number in _numbers(version, numbers)
    ]
    if not lines:
        raise Refused("There is no open ticket to move: choose at least one that is still open.")
    MoveLine.objects.bulk_create(lines, batch_size=1000)
    soon(move_tickets, move=move.pk)
    return move


def progress_of(move: Move) -> Progress:
    """What is done by now, in one query."""
    counts = move.lines.aggregate(
        total=Count("pk"),
        waiting=Count("pk", Q(outcome=Outcome.WAITING)),
        moved=Count("pk", Q(outcome=Outcome.MOVED)),
        changed=Count("pk", Q(changed__gt=0)),
        late=Count("pk", Q(late__gt=0)),
        same=Count("pk", Q(outcome=Outcome.SAME)),
        failed=Count("pk", Q(outcome=Outcome.FAILED)),
    )
    return Progress(done=counts["total"] - counts.pop("waiting"), **counts)


def _numbers(version: PolicyVersion, numbers: Collection[int] | None) -> list[int]:
    tickets = tickets_to_move(version).order_by("number")
    if numbers is not None:
        tickets = tickets.filter(number__in=numbers)
    return list(tickets.values_list("number", flat=True))
