"""The moment a clock warns or breaches, something happens: once, whoever of the workers gets there.

A ticket is locked before its clocks, as every verb does, so a reply in the same instant and the
breach have one order. What was missed while no worker ran is caught up, stamped with its due instant.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Min, Q

from deskbell.lib import clock as desk_clock
from deskbell.lib.rows import update_rows
from deskbell.lib.telling import tell
from deskbell.sla.keeping import TOLD, keep_many
from deskbell.sla.ladder import BREACH, WARNING, next_rung_at, rungs_after, told_at
from deskbell.sla.models import Clock, Clocks, PolicyVersion, Standing
from deskbell.sla.policies import version_numbered
from deskbell.tickets.events import Fact, Kind, append_many, lock
from deskbell.tickets.models import Ticket, TicketEvent

BATCH = 100
LONGEST_SLEEP = 5.0  # seconds; an earlier instant wakes the loop by NOTIFY
JUST_AFTER = 0.002  # a clock is late after its due instant, not at it
DATABASE_AWAY = (InterfaceError, OperationalError)  # no ticket's fault: the loop comes again
TRIED_AGAIN_AFTER = 60.0  # seconds: a ticket at which telling failed
log = logging.getLogger(__name__)
_set_aside: dict[int, float] = {}  # ticket to the monotonic time at which it is tried again


@dataclass(frozen=True)
class ClockFact(Fact):
    """Something about one clock of a ticket, and whom the ladder says to tell."""

    clock: Clock
    tell: tuple[str, ...]


@dataclass(frozen=True)
class ClockWarned(ClockFact):
    """A clock has used up the part of its target at which it warns."""


@dataclass(frozen=True)
class ClockBreached(ClockFact):
    """A clock's due instant has passed, and nobody had stopped it."""


@dataclass(frozen=True)
class ClockStillLate(ClockFact):
    """A clock is late by as much covered time as a step of the ladder says."""

    amount: timedelta


@dataclass(frozen=True)
class ClocksTold:
    """All that one look at the clocks had to tell: for listeners who bundle."""

    facts: tuple[ClockFact, ...]


@dataclass(frozen=True)
class _Moment:
    """What is to be told of one clock."""

    ticket: Ticket
    clock: Clock
    kind: Kind
    at: datetime
    tell: tuple[str, ...]
    amount: timedelta = timedelta(0)


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
    """Tell what is due on up to a batch of tickets; returns on how many. A ticket at which that
    fails is set aside for a minute, and stops nothing else."""
    now = desk_clock.now()
    numbers = _due_tickets(now)
    try:
        return _tell_tickets(numbers, now)
    except DATABASE_AWAY:
        raise
    except Exception:  # noqa: BLE001 - one of them is at fault: each alone, to find out which
        return sum(_tell_alone(number, now) for number in numbers)


def next_instant(ticket: Ticket | None = None) -> datetime | None:
    """The earliest instant at which a clock (of this ticket, or of any) has something to tell."""
    of_ticket = Q(ticket=ticket) if ticket else ~Q(ticket__in=_resting())
    waiting = (
        (_unwarned(), "warn_at"),
        (_unbreached(), "due_at"),
        (_with_rungs(), "next_rung_at"),
    )
    found = [rows.filter(of_ticket).aggregate(at=Min(name))["at"] for rows, name in waiting]
    return min((instant for instant in found if instant), default=None)


def tell_ticket(ticket: Ticket) -> None:
    """Tell what is due on one ticket."""
    _tell_tickets([ticket.pk], desk_clock.now())


def _due_tickets(now: datetime) -> list[int]:
    """Tickets with something to tell, of each kind the longest due; none that rests."""
    due = (
        _unwarned().filter(warn_at__lte=now).order_by("warn_at"),
        _unbreached().filter(due_at__lt=now).order_by("due_at"),
        _with_rungs().filter(next_rung_at__lte=now).order_by("next_rung_at"),
    )
    resting = _resting()
    return sorted({number for clocks in due for number in _tickets(clocks, resting)})


def _tell_alone(number: int, now: datetime) -> int:
    try:
        return _tell_tickets([number], now)
    except DATABASE_AWAY:
        raise
    except Exception:
        log.exception("The clocks of #%s can't be told; trying again in a minute", number)
        _set_aside[number] = time.monotonic() + TRIED_AGAIN_AFTER
        return 0


def _resting() -> set[int]:
    now = time.monotonic()
    for number in [number for number, until in _set_aside.items() if until <= now]:
        del _set_aside[number]
    return set(_set_aside)


@transaction.atomic
def _tell_tickets(numbers: Sequence[int], now: datetime) -> int:
    locked = lock(numbers, skip_locked=True)
    tickets = list(Ticket.objects.with_people().filter(pk__in=locked).order_by("pk"))
    kept = keep_many(tickets, now=now)
    standings = Standing.objects.in_bulk(locked)
    moments = []
    for ticket in tickets:
        version = version_numbered(standings[ticket.pk].version_id)
        moments += _of_ticket(ticket, kept[ticket.pk], version, now)
    if moments:
        _tell(moments)
    return len(locked)


def _of_ticket(
    ticket: Ticket, clocks: list[Clock], version: PolicyVersion, now: datetime
) -> list[_Moment]:
    found = [moment for clock in clocks for moment in _of_clock(ticket, clock, version, now)]
    return sorted(found, key=lambda moment: (moment.at, moment.clock.pk))


def _of_clock(
    ticket: Ticket, clock: Clock, version: PolicyVersion, now: datetime
) -> Iterator[_Moment]:
    ladder = version.ladder
    if _warns(clock, now):
        assert clock.warn_at is not None
        clock.warning_told_at = now
        yield _Moment(ticket, clock, Kind.WARNED, clock.warn_at, told_at(ladder, WARNING))
    if clock.outcome == Clock.Outcome.BREACHED and clock.breach_told_at is None:
        assert clock.breached_at is not None
        clock.breach_told_at = now
        clock.next_rung_at = next_rung_at(clock, version)
        yield _Moment(ticket, clock, Kind.BREACHED, clock.breached_at, told_at(ladder, BREACH))
    while clock.next_rung_at is not None and clock.next_rung_at <= now:
        at, rung = clock.next_rung_at, rungs_after(ladder)[clock.rungs_told]
        clock.rungs_told += 1
        clock.next_rung_at = next_rung_at(clock, version)
        yield _Moment(ticket, clock, Kind.STILL_LATE, at, rung.tell, rung.amount)


def _warns(clock: Clock, now: datetime) -> bool:
    return (
        clock.outcome == Clock.Outcome.RUNNING
        and clock.warning_told_at is None
        and clock.warn_at is not None
        and clock.warn_at <= now
    )


def _tell(moments: list[_Moment]) -> None:
    update_rows(list({moment.clock.pk: moment.clock for moment in moments}.values()), TOLD)
    events = append_many(
        (moment.ticket, moment.kind, moment.at, _data(moment)) for moment in moments
    )
    facts = tuple(_fact(moment, event) for moment, event in zip(moments, events, strict=True))
    for fact in facts:
        tell(fact)
    tell(ClocksTold(facts))


def _data(moment: _Moment) -> dict[str, object]:
    clock = moment.clock
    data: dict[str, object] = {
        "metric": clock.metric,
        "ordinal": clock.ordinal,
        "due_at": clock.due_at.isoformat() if clock.due_at else None,
        "told": list(moment.tell),
    }
    return data | ({"after": moment.amount.total_seconds()} if moment.amount else {})


def _fact(moment: _Moment, event: TicketEvent) -> ClockFact:
    if moment.kind == Kind.STILL_LATE:
        return ClockStillLate(moment.ticket, event, moment.clock, moment.tell, moment.amount)
    kind = ClockWarned if moment.kind == Kind.WARNED else ClockBreached
    return kind(moment.ticket, event, moment.clock, moment.tell)


def _tickets(clocks: Clocks, resting: set[int]) -> Iterable[int]:
    return clocks.exclude(ticket__in=resting).values_list("ticket_id", flat=True)[:BATCH]


def _unwarned() -> Clocks:
    return Clock.objects.filter(outcome="running", stopped_at=None, warning_told_at=None)


def _unbreached() -> Clocks:
    return Clock.objects.filter(outcome__in=["running", "breached"], breach_told_at=None)


def _with_rungs() -> Clocks:
    return Clock.objects.filter(next_rung_at__isnull=False)
