"""The moment a clock warns or breaches, something happens: once, whoever of the workers gets there.

A ticket is locked before its clocks, as every verb does, so a reply in the same instant and the
breach have one order. What was missed while no worker ran is caught up, stamped with its due instant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Min, Q

from deskbell.lib import clock as desk_clock
from deskbell.lib.telling import tell
from deskbell.sla.keeping import keep
from deskbell.sla.models import Clock, Clocks
from deskbell.tickets.events import Fact, Kind, append, changing, lock
from deskbell.tickets.models import Ticket

BATCH = 100
LONGEST_SLEEP = 5.0  # seconds; an earlier instant wakes the loop by NOTIFY
JUST_AFTER = 0.002  # a clock is late after its due instant, not at it


@dataclass(frozen=True)
class ClockFact(Fact):
    """Something about one clock of a ticket."""

    clock: Clock


@dataclass(frozen=True)
class ClockWarned(ClockFact):
    """A clock has used up the part of its target at which it warns."""


@dataclass(frozen=True)
class ClockBreached(ClockFact):
    """A clock's due instant has passed, and nobody had stopped it."""


def step() -> float:
    """Tell all that is due, then answer the seconds until the next instant (for the worker's loop)."""
    while tell_what_is_due():
        pass
    following = next_instant()
    if following is None:
        return LONGEST_SLEEP
    seconds = (following - desk_clock.now()).total_seconds()
    return max(JUST_AFTER, min(LONGEST_SLEEP, seconds + JUST_AFTER))


def tell_what_is_due() -> int:
    """Tell the warnings and breaches of up to a batch of tickets; returns how many tickets."""
    now = desk_clock.now()
    with transaction.atomic():
        numbers = {*_tickets(_to_warn(now)), *_tickets(_to_breach(now))}
        locked = lock(numbers, skip_locked=True)
        for ticket in Ticket.objects.with_people().filter(pk__in=locked).order_by("pk"):
            _tell_ticket(ticket, now)
        return len(locked)


def next_instant(ticket: Ticket | None = None) -> datetime | None:
    """The earliest instant at which a clock (of this ticket, or of any) has something to tell."""
    of_ticket = Q(ticket=ticket) if ticket else Q()
    warn = _unwarned().filter(of_ticket).aggregate(at=Min("warn_at"))["at"]
    due = _unbreached().filter(of_ticket).aggregate(at=Min("due_at"))["at"]
    return min((instant for instant in (warn, due) if instant), default=None)


def tell_ticket(ticket: Ticket) -> None:
    """Tell what is due on one ticket."""
    with changing(ticket) as locked:
        _tell_ticket(locked, desk_clock.now())


def _tell_ticket(ticket: Ticket, now: datetime) -> None:
    keep(ticket, now=now)
    for clock in _to_warn(now).filter(ticket=ticket).order_by("warn_at", "id"):
        _tell_warning(ticket, clock, now)
    for clock in _to_breach(now).filter(ticket=ticket).order_by("due_at", "id"):
        _tell_breach(ticket, clock, now)


def _tell_breach(ticket: Ticket, clock: Clock, now: datetime) -> None:
    clock.breach_told_at = now
    clock.save(update_fields=["breach_told_at"])
    event = append(ticket, Kind.BREACHED, at=clock.breached_at, **_facts(clock))
    tell(ClockBreached(ticket, event, clock))


def _tell_warning(ticket: Ticket, clock: Clock, now: datetime) -> None:
    clock.warning_told_at = now
    clock.save(update_fields=["warning_told_at"])
    event = append(ticket, Kind.WARNED, at=clock.warn_at, **_facts(clock))
    tell(ClockWarned(ticket, event, clock))


def _facts(clock: Clock) -> dict[str, Any]:
    return {
        "metric": clock.metric,
        "ordinal": clock.ordinal,
        "due_at": clock.due_at.isoformat() if clock.due_at else None,
    }


def _tickets(clocks: Clocks) -> Iterable[int]:
    return clocks.order_by().values_list("ticket_id", flat=True)[:BATCH]


def _to_warn(now: datetime) -> Clocks:
    return _unwarned().filter(warn_at__lte=now)


def _to_breach(now: datetime) -> Clocks:
    return _unbreached().filter(due_at__lt=now)


def _unwarned() -> Clocks:
    return Clock.objects.filter(outcome="running", stopped_at=None, warning_told_at=None)


def _unbreached() -> Clocks:
    return Clock.objects.filter(outcome__in=["running", "breached"], breach_told_at=None)
