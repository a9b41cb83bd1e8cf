"""Open tickets that follow a closure: which, how their due instants change, and the move itself (K8, K9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from deskbell.lib import clock
from deskbell.people.models import Person
from deskbell.sla import core
from deskbell.sla.histories import history_of
from deskbell.sla.models import Clock, PolicyVersion, Standing
from deskbell.sla.moving import move
from deskbell.sla.policies import policy_of
from deskbell.tickets.models import Ticket

SHOWN = 100  # tickets of which a preview tells the change; the next due first


@dataclass(frozen=True)
class DueChange:
    """One running clock whose due instant a version moves."""

    ticket: Ticket
    label: str
    was: datetime | None
    now: datetime | None


@dataclass(frozen=True)
class Followers:
    """The open tickets that a set of versions would take along."""

    count: int
    looked_at: int  # the first of them, of which `changes` tells
    changes: list[DueChange]


def open_under(policies: Iterable[int]) -> QuerySet[Standing]:
    """Where the unfinished tickets stand that are held to some version of these policies."""
    return Standing.objects.filter(
        version__policy__in=list(policies), ticket__in=Ticket.objects.unfinished()
    )


def preview(versions: Sequence[PolicyVersion]) -> Followers:
    """What moving the open tickets to these versions would do to their running clocks, now."""
    by_policy = {version.policy_id: version for version in versions}
    held = open_under(by_policy)
    soonest = held.order_by(F("next_due_at").asc(nulls_last=True), "ticket")[:SHOWN]
    read = soonest.select_related("ticket", "opened_under", "version").prefetch_related(
        "ticket__events", "ticket__clocks"
    )
    now, changes = clock.now(), []
    for standing in read:
        changes += _changes(standing, by_policy[standing.version.policy_id], now)
    count = held.count()
    return Followers(count, min(count, SHOWN), changes)


def follow(version: PolicyVersion, *, reason: str, by: Person | None) -> int:
    """Hold the open tickets of earlier versions to this one; returns how many were moved.

    Each in a transaction of its own, so that it may be run again after a fault.
    """
    earlier = open_under([version.policy_id]).filter(version__number__lt=version.number)
    held = earlier.select_related("ticket").order_by("ticket")
    return sum(move(each.ticket, version, reason=reason, by=by) for each in held)


def _changes(standing: Standing, version: PolicyVersion, now: datetime) -> list[DueChange]:
    ticket = standing.ticket
    now = max(now, ticket.updated_at)  # no event is before the one before it
    moved = core.Event(at=now, kind=core.Kind.POLICY, policy=policy_of(version))
    history = [*history_of(ticket.events.all()), moved]
    derived = core.clocks(history, policy_of(standing.opened_under), now)
    then = {(str(each.metric), each.ordinal): each.due for each in derived}
    running = [c for c in ticket.clocks.all() if c.outcome == Clock.Outcome.RUNNING]
    return [
        DueChange(ticket, c.label, c.due_at, then[c.metric, c.ordinal])
        for c in running
        if (c.metric, c.ordinal) in then and then[c.metric, c.ordinal] != c.due_at
    ]
