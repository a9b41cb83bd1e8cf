"""`deskbell sla rebuild`: derive every stored clock anew from the events, and store what differs (K12).

It writes no event and tells nobody: what the timers have told already is read from the events too, so
that a clock whose row was lost is not told again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from deskbell.lib import clock as desk_clock
from deskbell.lib.errors import NotFound
from deskbell.lib.rows import update_rows
from deskbell.sla.keeping import TOLD, keep_many
from deskbell.sla.ladder import next_rung_at
from deskbell.sla.models import Clock, PolicyVersion, Standing
from deskbell.sla.policies import current_version, version_numbered
from deskbell.sla.verify import Difference, chunks, of_locked, version_by_events
from deskbell.tickets.events import Kind, lock
from deskbell.tickets.models import Ticket, TicketEvent

_TOLD_BY = {Kind.WARNED: "warning_told_at", Kind.BREACHED: "breach_told_at"}


@dataclass(frozen=True)
class Rebuilt:
    """Some tickets that were looked at, and what was stored wrongly on them."""

    tickets: int
    changed: list[Difference]


def rebuild(ticket: int | None = None) -> Iterator[Rebuilt]:
    """Rebuild the clocks of all tickets, or of one, some hundreds at a time and each of them under its
    lock. What is right already is left alone. `NotFound` if there is no such ticket."""
    if ticket is None:
        for numbers in chunks():
            yield _rebuild(numbers)
    elif Ticket.objects.filter(number=ticket).exists():
        yield _rebuild([ticket])
    else:
        raise NotFound(f"There is no ticket #{ticket}.")


@transaction.atomic
def _rebuild(numbers: list[int]) -> Rebuilt:
    locked = lock(numbers)
    changed = of_locked(locked)
    found = Ticket.objects.with_people().filter(number__in=locked).order_by("number")
    tickets = list(found.prefetch_related("events"))
    standings = Standing.objects.in_bulk(locked)
    for ticket in tickets:
        standings[ticket.pk] = _stand(ticket, standings.get(ticket.pk))
    kept = keep_many(tickets, now=desk_clock.now())
    for ticket in tickets:
        _remember_what_was_told(ticket, kept[ticket.pk], standings[ticket.pk])
    return Rebuilt(len(tickets), changed)


def _stand(ticket: Ticket, standing: Standing | None) -> Standing:
    """Where the ticket stands by its events: a lost row is made again, a wrong version put right."""
    if standing is None:
        version = _opened_under(ticket)
        standing = Standing(ticket=ticket, opened_under=version, version=version)
        standing.save(force_insert=True)
    held_to = version_by_events(ticket, standing)
    if held_to != standing.version_id:
        standing.version_id = held_to
        standing.save(update_fields=["version"])
    return standing


def _opened_under(ticket: Ticket) -> PolicyVersion:
    """What a ticket without a standing was opened under: what its first move took it from, else the
    version of its district's policy that was the newest then (K9)."""
    moves = [event for event in ticket.events.all() if event.kind == Kind.POLICY]
    if moves:
        return version_numbered(moves[0].data["was"])
    versions = current_version(ticket.district).policy.versions
    of_then = versions.filter(made_at__lte=ticket.created_at).order_by("-number").first()
    return of_then or versions.order_by("number")[0]


def _remember_what_was_told(ticket: Ticket, clocks: Iterable[Clock], standing: Standing) -> None:
    told: dict[tuple[object, ...], list[TicketEvent]] = {}
    for event in ticket.events.all():
        if event.kind in {Kind.WARNED, Kind.BREACHED, Kind.STILL_LATE}:
            told.setdefault(_about(event), []).append(event)
    for clock in clocks:
        before = [getattr(clock, name) for name in TOLD]
        rungs = 0
        for event in told.get((clock.metric, clock.ordinal, clock.due_at), []):
            rungs += event.kind == Kind.STILL_LATE
            name = _TOLD_BY.get(Kind(event.kind))
            if name and getattr(clock, name) is None:
                setattr(clock, name, event.at)
        clock.rungs_told = max(clock.rungs_told, rungs)
        clock.next_rung_at = next_rung_at(clock, version_numbered(standing.version_id))
        if before != [getattr(clock, name) for name in TOLD]:
            update_rows([clock], TOLD)


def _about(event: TicketEvent) -> tuple[object, ...]:
    """Which clock an event of the timers tells of, and with which due instant."""
    due = event.data.get("due_at")
    return (
        event.data["metric"],
        event.data["ordinal"],
        datetime.fromisoformat(due) if due else None,
    )
