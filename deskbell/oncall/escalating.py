"""Round after round until someone answers; each wait is an instant in the database (E1, E2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min

from deskbell.lib import clock
from deskbell.lib.telling import tell
from deskbell.oncall.models import Call, Calls, Page
from deskbell.oncall.recipients import whom
from deskbell.oncall.ways import WAYS
from deskbell.people.models import Agent
from deskbell.tickets.events import Fact, Kind, append, lock
from deskbell.tickets.models import Ticket

REPEATED_AFTER = timedelta(minutes=5)
LONGEST_SLEEP = 5.0  # seconds
BATCH = 50


@dataclass(frozen=True)
class Paged(Fact):
    """Someone was paged about the ticket."""

    call: Call


def step() -> float:
    """Fire every round that is due, then answer the seconds until the next (the worker's loop).

    What is due is read from the tables alone, so nothing is forgotten when a worker dies; a round
    that another worker has under its lock is left to it.
    """
    while ring_what_is_due():
        pass
    following: datetime | None = Call.objects.ringing().aggregate(at=Min("next_at"))["at"]
    if following is None:
        return LONGEST_SLEEP
    seconds = (following - clock.now()).total_seconds()
    return min(LONGEST_SLEEP, max(0.1, seconds))


@transaction.atomic
def ring_what_is_due() -> int:
    """Ring up to a batch of calls whose instant has come; returns how many rang."""
    now = clock.now()
    numbers = _due(now).order_by("next_at").values_list("ticket_id", flat=True)[:BATCH]
    locked = lock(list(numbers), skip_locked=True)
    calls = _due(now).filter(ticket__in=locked).order_by("ticket_id")
    tickets = Ticket.objects.with_people().in_bulk(locked)
    for call in calls:
        ring(call, tickets[call.ticket_id])
    return len(calls)


def ring(call: Call, ticket: Ticket) -> None:
    """The next round of a call, about a locked ticket: pages, event and next instant in one (E3)."""
    now = clock.now()
    call.round += 1
    call.next_at = now + REPEATED_AFTER
    call.save(update_fields=["round", "next_at"])
    called = whom(call.round, now)
    for agent in called:
        _page(agent, call, ticket)
    if not called:
        event = append(ticket, Kind.PAGED, agent="nobody", way="", round=call.round)
        tell(Paged(ticket, event, call))


def _due(now: datetime) -> Calls:
    return Call.objects.ringing().filter(next_at__lte=now)


def _page(agent: Agent, call: Call, ticket: Ticket) -> None:
    for name, way in WAYS.items():
        page = Page(call=call, agent=agent, way=name, step=call.round, created_at=clock.now())
        way.send(page, ticket)
    event = append(
        ticket,
        Kind.PAGED,
        to=agent.pk,
        agent=str(agent),
        way=" and ".join(Page.Way(name).label for name in WAYS),
        round=call.round,
    )
    tell(Paged(ticket, event, call))
