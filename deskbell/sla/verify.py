"""Replay every ticket and compare: the stored clocks must be exactly what the events say (K12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from deskbell.lib import clock as desk_clock
from deskbell.sla.keeping import derive, differing
from deskbell.sla.models import Clock, Standing
from deskbell.tickets.events import Kind, lock
from deskbell.tickets.models import Ticket

CHUNK = 500


@dataclass(frozen=True)
class Difference:
    """One field, of one clock, that is stored otherwise than the events say."""

    ticket: int
    metric: str
    ordinal: int
    field: str
    stored: str
    derived: str

    def __str__(self) -> str:
        return (
            f"#{self.ticket} {self.metric} {self.ordinal}: {self.field} is {self.stored}, "
            f"the events say {self.derived}"
        )


def differences() -> Iterator[Difference]:
    """Every difference between the stored clocks and a replay, ticket by ticket, in their order.

    The one that is allowed and left out: a breach that is due and that no timer has noted yet.
    """
    for numbers in chunks():
        yield from _of_chunk(numbers)


def chunks() -> Iterator[list[int]]:
    """The numbers of all tickets, in their order, some hundreds at a time."""
    last = 0
    while numbers := _next_numbers(last):
        last = numbers[-1]
        yield numbers


def _next_numbers(last: int) -> list[int]:
    after = Ticket.objects.filter(number__gt=last).order_by("number")
    return list(after.values_list("number", flat=True)[:CHUNK])


@transaction.atomic
def _of_chunk(numbers: list[int]) -> list[Difference]:
    """Under the tickets' locks, so that no verb stands between its event and its clocks."""
    lock(numbers)
    return of_locked(numbers)


def of_locked(numbers: list[int]) -> list[Difference]:
    """The differences of tickets that are locked."""
    tickets = Ticket.objects.filter(number__in=numbers).order_by("number")
    tickets = tickets.prefetch_related("events", "clocks")
    standings = Standing.objects.in_bulk(numbers)
    return [found for t in tickets for found in _of_ticket(t, standings.get(t.number))]


def _of_ticket(ticket: Ticket, standing: Standing | None) -> list[Difference]:
    if standing is None:
        return [Difference(ticket.number, "", 0, "standing", "missing", "one per ticket")]
    if (held_to := version_by_events(ticket, standing)) != standing.version_id:
        stored_as = str(standing.version_id)
        return [Difference(ticket.number, "", 0, "version", stored_as, str(held_to))]
    derived = {(c.metric, c.ordinal): c for c in derive(ticket, standing, now=desk_clock.now())}
    stored = {(c.metric, c.ordinal): c for c in ticket.clocks.all()}
    found = []
    for key in sorted(derived.keys() | stored.keys()):
        found += _of_clock(ticket.number, key, stored.get(key), derived.get(key))
    return found


def version_by_events(ticket: Ticket, standing: Standing) -> int:
    """The version that the ticket's events hold it to: that of its last move, if it was moved."""
    moves = [event.data["to"] for event in ticket.events.all() if event.kind == Kind.POLICY]
    return moves[-1] if moves else standing.opened_under_id


def _of_clock(
    number: int, key: tuple[str, int], stored: Clock | None, derived: Clock | None
) -> list[Difference]:
    if stored is None or derived is None:
        have, want = ("missing", "a clock") if stored is None else ("a clock", "none")
        return [Difference(number, *key, "clock", have, want)]
    names = [] if _is_a_breach_not_yet_noted(stored, derived) else differing(stored, derived)
    return [
        Difference(number, *key, name, str(getattr(stored, name)), str(getattr(derived, name)))
        for name in names
    ]


def _is_a_breach_not_yet_noted(stored: Clock, derived: Clock) -> bool:
    """Does all agree, but that the due instant has passed meanwhile?"""
    only = {"outcome", "breached_at", "late_by"}
    return (
        stored.outcome == Clock.Outcome.RUNNING
        and derived.outcome == Clock.Outcome.BREACHED
        and derived.breached_at == stored.due_at
        and derived.stopped_at is None
        and set(differing(stored, derived)) <= only
    )
