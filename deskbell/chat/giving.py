"""Handing out what waits: to whoever takes chats and has the fewest; on to the next when they don't take it;
and when nobody does, the team is rung, then its lead.

The instants at which something is due stand in the rows, so a worker that was away catches up; one
transaction for each conversation, under one lock, so that two workers never fill the same agent.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Min, Q

from deskbell.chat import ringing, takers
from deskbell.chat.models import Taker, Wait
from deskbell.chat.queue import give, waiting
from deskbell.chat.rules import the_rules
from deskbell.lib import clock
from deskbell.lib.locks import lock_words
from deskbell.lib.savepoints import by_itself
from deskbell.people.models import Agent
from deskbell.people.notices import Topic, notify
from deskbell.tickets.assigning import assign
from deskbell.tickets.events import changing
from deskbell.tickets.models import Ticket

LONGEST_PAUSE = 30.0
TRIED_AGAIN_AFTER = 1.0
AT_ONCE = 100
FEWEST = "fewest chats just now"
NOT_TAKEN = "it was not taken"
NEVER = datetime.min.replace(tzinfo=UTC)
log = logging.getLogger(__name__)


def step() -> float:
    """Ring and hand out what is due; returns the seconds until the next instant (for the worker's loop)."""
    for pk in _keys(Q(rings_at__lte=clock.now())):
        with by_itself(log, "Nobody could be rung for waiting chat %s", pk):
            ringing.ring(pk)
    for pk in _keys(_may_move()):
        with by_itself(log, "Waiting chat %s could not be given to anyone", pk):
            _hand_out(pk)
    return _seconds_until_next()


def _keys(which: Q) -> list[int]:
    return list(waiting().filter(which).values_list("pk", flat=True)[:AT_ONCE])


def _may_move() -> Q:
    """Those that are nobody's yet, and those whose time with someone is over."""
    return Q(given_to=None) | Q(passed_on_at__lte=clock.now())


@transaction.atomic
def _hand_out(pk: int) -> None:
    lock_words(["chats are handed out"])
    number = (
        Wait.objects.filter(pk=pk, ended_at=None).values_list("visit__ticket", flat=True).first()
    )
    if number is None:
        return
    with changing(Ticket(pk=number)) as ticket:
        wait = waiting().select_for_update(of=("self",)).filter(pk=pk).first()
        if wait is None or (wait.passed_on_at and wait.passed_on_at > clock.now()):
            return
        to = _next_for(wait, ticket)
        if to is None and wait.given_to is None:
            return
        assign(ticket, to, by=None, why=FEWEST if to else NOT_TAKEN)
        give(wait, to)
        if to:
            Taker.objects.filter(agent=to).update(given_at=clock.now())
            _tell(to, ticket)


def _next_for(wait: Wait, ticket: Ticket) -> Agent | None:
    """Who has the fewest chats and room for one; of two who have as many, who was given none for longer.
    The ticket's team first: others only while nobody of it takes chats."""
    rules = the_rules()
    if not rules.automatic:
        return None
    found = [each for each in takers.here() if each.agent.person.demo or not ticket.demo]
    of_team = [each for each in found if each.agent.teams.filter(pk=ticket.team_id or 0).exists()]
    load = takers.loads([each.agent for each in found])
    passed = {*wait.had, wait.given_to_id}
    free = [
        each
        for each in of_team or found
        if load[each.pk] < rules.most_at_once and each.pk not in passed
    ]
    free.sort(key=lambda each: (load[each.pk], each.given_at or NEVER))
    return free[0].agent if free else None


def _tell(agent: Agent, ticket: Ticket) -> None:
    notify(
        [agent],
        f"A chat for you: {ticket.subject}",
        path="/inbox/chats",
        urgent=True,
        by_mail=False,
        topic=Topic.CHAT,
    )


def _seconds_until_next() -> float:
    due = Wait.objects.filter(ended_at=None).aggregate(
        ring=Min("rings_at"), passed_on=Min("passed_on_at")
    )
    now = clock.now()
    waits = [(instant - now).total_seconds() for instant in due.values() if instant]
    soonest: float = min([LONGEST_PAUSE, *waits])
    return (
        max(0.05, soonest) if soonest > 0 else TRIED_AGAIN_AFTER
    )  # one that failed waits for a moment
