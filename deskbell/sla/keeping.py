"""Keeping the clocks: after each event they are derived anew, in the transaction of that event.

Nothing is counted on: the whole history goes through `sla.core.clocks`, and what differs from the
stored rows is written. So the clocks can't drift from the journal (K12).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from deskbell.realtime.wake import wake
from deskbell.sla import core
from deskbell.sla.histories import history_of
from deskbell.sla.models import Clock, Standing
from deskbell.sla.policies import current_version, policy_of
from deskbell.tickets.events import Fact
from deskbell.tickets.models import Ticket

DERIVED = (
    "started_at",
    "target",
    "coverage",
    "due_at",
    "warn_at",
    "stopped_at",
    "outcome",
    "breached_at",
    "late_by",
    "marks",
)


def recompute(fact: Fact) -> None:
    """Bring a ticket's clocks up to the event that was just appended to it."""
    keep(fact.ticket, now=fact.event.at)


def keep(ticket: Ticket, *, now: datetime) -> list[Clock]:
    """Derive the clocks of a locked ticket as of `now`; store what differs, return them all."""
    standing = _standing_of(ticket)
    derived = derive(ticket, standing, now=now)
    stored = {(c.metric, c.ordinal): c for c in Clock.objects.filter(ticket=ticket)}
    kept = [_store(stored.pop((c.metric, c.ordinal), None), c) for c in derived]
    if stored:  # a clock that the history no longer has, such as that of a reply undone
        Clock.objects.filter(pk__in=[clock.pk for clock in stored.values()]).delete()
    _note_next_due(standing, kept)
    return kept


def derive(ticket: Ticket, standing: Standing, *, now: datetime) -> list[Clock]:
    """The clocks that follow from the ticket's events, unsaved. What `verify` compares with."""
    history = history_of(ticket.events.all())
    found = core.clocks(history, policy_of(standing.opened_under), now)
    return [_row(ticket, clock) for clock in found]


def _standing_of(ticket: Ticket) -> Standing:
    """Where the ticket stands; at its opening, under the version in force (K9)."""
    standing = Standing.objects.filter(ticket=ticket).select_related("opened_under").first()
    if standing is None:
        version = current_version(ticket.district)
        standing = Standing.objects.create(ticket=ticket, opened_under=version, version=version)
    return standing


def _row(ticket: Ticket, derived: core.Clock) -> Clock:
    return Clock(
        ticket=ticket,
        metric=str(derived.metric),
        ordinal=derived.ordinal,
        started_at=derived.start,
        target=derived.target,
        coverage=derived.coverage,
        due_at=derived.due,
        warn_at=derived.warn_at,
        stopped_at=derived.stop,
        outcome=str(derived.outcome),
        breached_at=derived.breached_at,
        late_by=derived.late_by,
        marks=sorted(derived.marks),
    )


def _store(stored: Clock | None, derived: Clock) -> Clock:
    if stored is None:
        derived.save()
        return derived
    changed = differing(stored, derived)
    if changed:
        for name in changed:
            setattr(stored, name, getattr(derived, name))
        _forget_what_was_told(stored, changed)
        stored.save(update_fields=[*changed, "warning_told_at", "breach_told_at"])
    return stored


def differing(stored: Clock, derived: Clock) -> list[str]:
    """The names of the derived fields in which two clocks differ."""
    return [name for name in DERIVED if _value(stored, name) != _value(derived, name)]


def _value(clock: Clock, name: str) -> Any:
    return getattr(clock, name)


def _forget_what_was_told(clock: Clock, changed: list[str]) -> None:
    """A clock that has been moved to a later instant warns, and may breach, again (K8)."""
    if clock.outcome == Clock.Outcome.RUNNING and {"due_at", "warn_at"} & set(changed):
        clock.warning_told_at = clock.breach_told_at = None


def _note_next_due(standing: Standing, clocks: list[Clock]) -> None:
    """Remember the earliest instant someone has to act by, and wake the timers."""
    waiting = [
        (c.due_at, c.metric)
        for c in clocks
        if c.due_at and c.stopped_at is None and c.outcome in {"running", "breached"}
    ]
    due, metric = min(waiting, default=(None, ""))
    if (standing.next_due_at, standing.next_metric) != (due, metric):
        standing.next_due_at, standing.next_metric = due, metric
        standing.save(update_fields=["next_due_at", "next_metric"])
        wake("clocks")
