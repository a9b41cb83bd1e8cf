"""Step after step until someone answers; each wait is an instant in the database (E1, E2)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min, Q

from deskbell.lib import clock
from deskbell.lib.savepoints import by_itself
from deskbell.lib.telling import tell
from deskbell.oncall import holding, ladder, uncovered
from deskbell.oncall.models import Call, Calls, Page
from deskbell.oncall.recipients import those_above, whom
from deskbell.people.models import Agent
from deskbell.tickets.acknowledging import note_woken
from deskbell.tickets.events import Fact, Kind, append, lock
from deskbell.tickets.models import Ticket

WAITS_AT_LAST = 5  # minutes between the rounds after the last step, where it names none
CLOCKS_DIFFER = timedelta(minutes=2)  # of workers on several machines, at most
LONGEST_SLEEP = 5.0  # seconds
BATCH = 50
TRIED_AGAIN_AFTER = timedelta(seconds=15)
_failing: dict[int, datetime] = {}  # calls that this process leaves alone until then
log = logging.getLogger(__name__)


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
    to_come = Call.objects.standing().exclude(pk__in=_left_alone(clock.now()))
    following: datetime | None = to_come.aggregate(at=Min("next_at"))["at"]
    if following is None:
        return LONGEST_SLEEP
    seconds = (following - clock.now()).total_seconds()
    return min(LONGEST_SLEEP, max(0.1, seconds))


@transaction.atomic
def ring_what_is_due() -> int:
    """Ring up to a batch of calls whose instant has come; returns how many had their turn.

    One that can't be rung stops no other. Its instant stays, so the watch finds that it has not gone
    on (E8), and it is tried again soon.
    """
    now = clock.now()
    due = _due(now).exclude(pk__in=_left_alone(now))
    numbers = due.order_by("next_at").values_list("ticket_id", flat=True)[:BATCH]
    locked = lock(list(numbers), skip_locked=True)
    calls = due.filter(ticket__in=locked).order_by("ticket_id")
    tickets = Ticket.objects.with_people().in_bulk(locked)
    for call in calls:
        with by_itself(log, "The call %s could not be rung", call.pk) as rung:
            _go_on(call, tickets[call.ticket_id])
        if rung.error:
            _failing[call.pk] = now + TRIED_AGAIN_AFTER
    return len(calls)


def ring(call: Call, ticket: Ticket) -> None:
    """The next round of a call, about a locked ticket: pages, event and next instant in one (E3)."""
    now = clock.now()
    if call.is_held:
        note_woken(ticket)
    called, waits = _take_next_step(call, now)
    call.round += 1
    call.state, call.wakes_at = Call.State.RINGING, None
    call.next_at = now + timedelta(minutes=waits)
    call.active_at = now
    call.save(update_fields=["round", "place", "state", "wakes_at", "next_at", "active_at"])
    first = not call.pages.exists()
    for agent in called:
        _page(agent, call, ticket, first=first)
    if not called:
        event = append(ticket, Kind.PAGED, agent="nobody", way="", round=call.round, call=call.pk)
        tell(Paged(ticket, event, call))


def _go_on(call: Call, ticket: Ticket) -> None:
    """A round is due, unless the hours of the impact have closed and it shall wait for them (E7)."""
    until = None if call.is_held else holding.held_at_boundary(call, ticket)
    if until:
        holding.hold(call, ticket, until=until)
    else:
        ring(call, ticket)


def _left_alone(now: datetime) -> list[int]:
    """Those that failed a moment ago; also where the clock was set back since."""
    for number, until in list(_failing.items()):
        if not now < until <= now + TRIED_AGAIN_AFTER:
            del _failing[number]
    return list(_failing)


def _take_next_step(call: Call, now: datetime) -> tuple[list[Agent], int]:
    """Whom to page and the minutes to wait. A step that reaches nobody is passed over at once, and
    said on a ticket (G3); after the last repeat come the managers, beside those of the last step."""
    steps = call.policy.get("steps", [])
    rounds = len(steps) * (1 + call.policy.get("repeats", 0))
    while call.place < rounds:
        chosen = steps[call.place % len(steps)]
        call.place += 1
        if called := _reached(chosen, call, now):
            return called, chosen["waits"]
    last = whom(steps[-1], now) if steps else []
    managers = [agent for agent in those_above() if agent not in last]
    return last + managers, steps[-1]["waits"] if steps else WAITS_AT_LAST


def _reached(chosen: Mapping[str, Any], call: Call, now: datetime) -> list[Agent]:
    called = whom(chosen, now)
    if called:
        uncovered.close(chosen)
    else:
        uncovered.note(chosen, call, now)
    return called


def _due(now: datetime) -> Calls:
    """Those whose instant has come. One that rang in the future did so before the machine's clock was
    set back: it doesn't wait for that time to come again."""
    set_back = Q(state=Call.State.RINGING, active_at__gt=now + CLOCKS_DIFFER)
    return Call.objects.standing().filter(Q(next_at__lte=now) | set_back)


def _page(agent: Agent, call: Call, ticket: Ticket, *, first: bool) -> None:
    pages = ladder.page(agent, call, ticket, first=first)
    event = append(
        ticket,
        Kind.PAGED,
        to=agent.pk,
        agent=str(agent),
        way=_said(pages),
        round=call.round,
        call=call.pk,
    )
    tell(Paged(ticket, event, call))


def _said(pages: list[Page]) -> str:
    """By which ways, in their order."""
    ways = [page.get_way_display() for page in pages]
    return " and ".join([", ".join(ways[:-1]), ways[-1]] if len(ways) > 1 else ways)
