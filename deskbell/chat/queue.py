"""The queue: conversations that wait for someone of the team, and how their waiting ends.

A ticket is locked before its wait, as every verb does; the worker alone hands out (`giving.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from deskbell.chat import takers
from deskbell.chat.events import QueueChanged
from deskbell.chat.models import Visit, Wait
from deskbell.chat.rules import the_rules
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.telling import takes_many, tell
from deskbell.people.models import Agent
from deskbell.realtime.wake import wake
from deskbell.sla.core import Coverage, Metric
from deskbell.sla.policies import current_version, policy_of
from deskbell.tickets.assigning import assign
from deskbell.tickets.events import (
    Assigned,
    Kind,
    LiveChanged,
    MessagePosted,
    StateChanged,
    changing,
)
from deskbell.tickets.models import State, Ticket

DONE = {State.SOLVED, State.CLOSED}
End, Rung = Wait.End, Wait.Rung


def waiting() -> QuerySet[Wait]:
    """The conversations that wait now, the longest first, with all that a line of the queue names."""
    found = Wait.objects.filter(ended_at=None).select_related(
        "given_to__person",
        "visit__visitor__person",
        "visit__ticket__district",
        "visit__ticket__school",
        "visit__ticket__requester",
        "visit__ticket__assignee__person",
        "visit__ticket__team__lead",
    )
    return found.order_by("since", "id")


def join(visit: Visit, *, given_to: Agent | None = None, had: Sequence[int] = ()) -> Wait:
    """The conversation waits from now on, once; the worker hands it out at once. It belongs in the
    transaction of what made it wait. `given_to` is asked first,
    and none of `had`."""
    wait = Wait.objects.filter(visit=visit, ended_at=None).first()
    if wait is None:
        now, rules = clock.now(), the_rules()
        wait = Wait.objects.create(
            visit=visit,
            since=now,
            given_to=given_to,
            passed_on_at=now + rules.passed_on_after if given_to else None,
            had=list(had),
            rings_at=in_hours(now, rules.team_rings_after),
        )
        tell(QueueChanged(visit))
        wake("chats")
    return wait


def begin_or_return(visit: Visit, *, returned: bool) -> None:
    """The visitor has written, for the first time or after they had gone: someone has to be there. Whoever
    had the conversation before is asked first."""
    if not visit.ticket.live or visit.ticket.state in DONE:
        return
    had_it = visit.ticket.assignee
    if had_it is None:
        join(visit)
    elif returned:
        join(visit, given_to=had_it if takers.here().filter(agent=had_it).exists() else None)


def accept(visit: Visit, *, by: Agent) -> Ticket:
    """This agent takes the conversation; the ticket is theirs. Of two who try at once, one does.
    Raises Refused with the other's name."""
    with changing(visit.ticket) as ticket:
        wait = _open_wait(visit)
        if wait is None:
            last = Wait.objects.filter(visit=visit, end=End.TAKEN).order_by("-id").first()
            if last and last.taken_by_id == by.pk:
                return ticket
            raise Refused(
                f"{last.taken_by} took this chat a moment ago."
                if last and last.taken_by
                else "This chat waits no longer: the visitor has left, or it was solved."
            )
        ticket = assign(ticket, by, by=by)
        if wait := _open_wait(visit):  # unless being assigned has taken it already
            _finish(wait, End.TAKEN, by=by)
    return ticket


@takes_many
def answered(facts: Sequence[MessagePosted]) -> None:
    """An agent's reply takes the conversation, whether or not they pressed “Take it” first."""
    replies = {
        fact.ticket.pk: fact
        for fact in facts
        if fact.ticket.live and fact.event.kind == Kind.AGENT_REPLY
    }
    if not replies:
        return
    for wait in _of_tickets(list(replies)):
        author = replies[wait.visit.ticket_id].message.author
        _finish(wait, End.TAKEN, by=getattr(author, "agent", None))


def given_by_hand(fact: Assigned) -> None:
    """Someone assigned a waiting conversation: to themselves, and it is taken; to a colleague, and it is
    theirs to take; to no one or a team, and it waits for anyone."""
    ticket = fact.ticket
    if fact.event.by_id is None or not ticket.live:  # the desk itself writes its wait too
        return
    for wait in _of_tickets([ticket.pk]):
        if ticket.assignee_id == fact.event.by_id:
            _finish(wait, End.TAKEN, by=ticket.assignee)
        elif wait.given_to_id != ticket.assignee_id:
            give(wait, ticket.assignee)


def over(fact: LiveChanged | StateChanged) -> None:
    """The conversation is no longer live, or was solved: nobody waits any more."""
    ticket, event = fact.ticket, fact.event
    if isinstance(fact, StateChanged):
        end = End.DONE if ticket.live and ticket.state in DONE else None
    else:
        end = None if ticket.live else End.DONE if event.by_id else End.LEFT
    for wait in _of_tickets([ticket.pk]) if end else []:
        _finish(wait, str(end))


def give(wait: Wait, to: Agent | None) -> None:
    """A waiting conversation is this agent's to take from now on, for as long as the rules say; who had it
    before and did not take it is asked last."""
    if wait.given_to_id and wait.given_to_id not in wait.had:
        wait.had = [*wait.had, wait.given_to_id]
    wait.given_to = to
    wait.passed_on_at = clock.now() + the_rules().passed_on_after if to else None
    wait.save(update_fields=["had", "given_to", "passed_on_at"])
    tell(QueueChanged(wait.visit))
    wake("chats")


def ring_now(visit: Visit) -> None:
    """It is Urgent: while it waits in the hours of chats, the team is rung now. At night those on call are
    paged, and nobody else is there."""
    now = clock.now()
    wait = _open_wait(visit)
    if wait and wait.rung == Rung.NOBODY and in_hours(now, timedelta(0)) <= now:
        wait.rings_at = now
        wait.save(update_fields=["rings_at"])
        wake("chats")


def in_hours(since: datetime, span: timedelta) -> datetime:
    """The instant at which so much time of the chat's own hours has passed: at night nobody is rung."""
    coverage = hours_of_chats()
    return coverage.add(since, span) if coverage else since + span


def hours_of_chats() -> Coverage | None:
    """When a chat's promise counts; None if the policy promises chats nothing."""
    policy = policy_of(current_version())
    promise = policy.chat.get(Metric.FIRST_REPLY)
    return policy.coverages[promise.coverage] if promise else None


def _open_wait(visit: Visit) -> Wait | None:
    locked = Wait.objects.select_for_update(of=("self",))
    return locked.filter(visit=visit, ended_at=None).first()


def _of_tickets(numbers: list[int]) -> list[Wait]:
    locked = Wait.objects.select_for_update(of=("self",)).select_related("visit")
    return list(locked.filter(visit__ticket__in=numbers, ended_at=None).order_by("pk"))


def _finish(wait: Wait, end: str, *, by: Agent | None = None) -> None:
    wait.ended_at, wait.end, wait.taken_by = clock.now(), end, by
    wait.save(update_fields=["ended_at", "end", "taken_by"])
    tell(QueueChanged(wait.visit))
    wake("chats")  # someone has room for another one
