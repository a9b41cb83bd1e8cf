"""Holding a ticket to another version of a policy: a deliberate act, on the ticket's record (K8, K9)."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.db import OperationalError, transaction

from deskbell.lib import clock as desk_clock
from deskbell.lib.telling import tell
from deskbell.people.models import Person
from deskbell.sla.core import Mark
from deskbell.sla.models import Clock, Move, MoveLine, PolicyVersion, Standing
from deskbell.sla.policies import current_version
from deskbell.tickets.events import Fact, Kind, RequesterChanged, append, changing
from deskbell.tickets.models import Ticket

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PolicyChanged(Fact):
    """From now on the ticket is held to another version."""


def move(ticket: Ticket, version: PolicyVersion, *, reason: str, by: Person | None) -> bool:
    """Hold the ticket to this version; its running clocks are recomputed as if it had held since
    they started (K8). False if it was held to it already, or is closed: its clocks are history."""
    with changing(ticket) as locked:
        standing = Standing.objects.select_related("version").get(ticket=locked)
        if locked.is_closed or standing.version_id == version.pk:
            return False
        _move(locked, standing, version, reason=reason, by=by)
    return True


def move_all(decision: Move) -> None:
    """Move each ticket of a move that waits, in a transaction of its own that also notes what came of
    it: begun again after a crash, it goes on. What fails on one ticket is noted and stops no other."""
    while (line := decision.lines.filter(outcome=MoveLine.Outcome.WAITING).first()) is not None:
        try:
            _move_line(line.pk, decision)
        except OperationalError:
            raise
        except Exception as error:
            log.exception("#%s can't be moved to %s", line.ticket_id, line.version)
            _note_failure(line.pk, f"{type(error).__name__}: {error}")
    Move.objects.filter(pk=decision.pk, finished_at=None).update(finished_at=desk_clock.now())


def follow_district(fact: RequesterChanged) -> None:
    """The desk learned whose ticket it is: what that district was promised holds from now on."""
    standing = Standing.objects.select_related("version__policy").get(ticket=fact.ticket)
    owed = current_version(fact.ticket.district)
    if owed.policy_id != standing.version.policy_id and not fact.ticket.is_closed:
        _move(fact.ticket, standing, owed, reason="The desk learned whose ticket it is", by=None)


def _move(
    ticket: Ticket, standing: Standing, version: PolicyVersion, *, reason: str, by: Person | None
) -> None:
    before, standing.version = standing.version, version
    standing.save(update_fields=["version"])
    event = append(
        ticket,
        Kind.POLICY,
        by=by,
        to=version.pk,
        was=before.pk,
        name=str(version),
        reason=reason.strip(),
    )
    tell(PolicyChanged(ticket, event))


@transaction.atomic
def _move_line(pk: int, decision: Move) -> None:
    """Of several workers at the same line, the later ones wait here and find it done."""
    line = MoveLine.objects.select_for_update().get(pk=pk)
    if line.outcome != MoveLine.Outcome.WAITING:
        return
    version = PolicyVersion.objects.select_related("policy").get(pk=line.version_id)
    before = _clocks_of(line.ticket_id)
    moved = move(line.ticket, version, reason=decision.reason, by=decision.by)
    line.outcome = MoveLine.Outcome.MOVED if moved else MoveLine.Outcome.SAME
    line.changed, line.late = _compare(before, _clocks_of(line.ticket_id))
    line.save(update_fields=["outcome", "changed", "late"])


def _note_failure(pk: int, why: str) -> None:
    waiting = MoveLine.objects.filter(pk=pk, outcome=MoveLine.Outcome.WAITING)
    waiting.update(outcome=MoveLine.Outcome.FAILED, note=why[:300])


def _clocks_of(number: int) -> dict[tuple[str, int], Clock]:
    found = Clock.objects.filter(ticket=number)
    return {(clock.metric, clock.ordinal): clock for clock in found}


def _compare(
    before: dict[tuple[str, int], Clock], after: dict[tuple[str, int], Clock]
) -> tuple[int, int]:
    """How many clocks have another due instant, and how many are late because of the move."""
    due = {key: clock.due_at for key, clock in before.items()}
    due_now = {key: clock.due_at for key, clock in after.items()}
    marked = {key for key, clock in before.items() if Mark.RECLASSIFIED in clock.marks}
    marked_now = {key for key, clock in after.items() if Mark.RECLASSIFIED in clock.marks}
    changed = sum(due.get(key) != due_now.get(key) for key in due.keys() | due_now.keys())
    return changed, len(marked_now - marked)
