"""Splitting: what stands in a conversation and is about something else gets a ticket of its own.

The journal stays as it is: replies that move along stay counted on the old ticket's clocks, and on the
new one an answered message owes nothing. So the new ticket opens with nobody's words; if a message
that moved has no answer, its First reply counts from when that one was received (K13), and if
none has, the first reply is owed from the next message that the customer writes there. Who is told: the team
alone; no receipt goes out, nobody is paged anew.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.telling import tell
from deskbell.people.models import Agent
from deskbell.tickets.events import Kind, Split, append, changing, lock
from deskbell.tickets.following import followers_of
from deskbell.tickets.models import Follower, Message, Side, State, Ticket, TicketEvent
from deskbell.tickets.opening import LONGEST_SUBJECT
from deskbell.tickets.solving import unanswered
from deskbell.tickets.undoing import UNDO_FOR, undoable_until

# What the timers note by themselves: it makes no difference to putting back.
_BY_THE_CLOCK = [Kind.WARNED, Kind.BREACHED, Kind.STILL_LATE]


def split(ticket: Ticket, message: Message, *, by: Agent, subject: str = "") -> Ticket:
    """Move a customer's message, and all that was said after it, into a new ticket, which is returned.

    `subject`: of the new ticket; without one the old ticket's (the screen offers that of the mail).
    The state of the old ticket stays.
    """
    with changing(ticket) as old:
        moved = list(old.messages.filter(pk__gte=message.pk).order_by("id"))
        _check(old, moved, message)
        waiting = unanswered(old)
        new = _create(old, moved[0], subject)
        key = f"{old.number}/{old.last_sequence + 1}"
        Message.objects.filter(pk__in=[each.pk for each in moved]).update(ticket=new)
        away = append(
            old,
            Kind.SPLIT_AWAY,
            by=by.person,
            to_ticket=new.number,
            split=key,
            messages=[each.pk for each in moved],
            **_since([each for each in waiting if each.pk < message.pk]),
        )
        _begin(new, old, key, moved, by)
        _let_follow(old, new)
        tell(Split(old, away))
    return new


@transaction.atomic
def put_back(ticket: Ticket, *, by: Agent) -> Ticket:
    """Undo a split on the ticket that it made; returns the one where the messages are again.

    Exact only while nothing but the split has happened on both: refused after that, with the merge as
    the way out. The new ticket closes; its breaches stay.
    """
    began = ticket.events.filter(kind=Kind.SPLIT_OFF).first()
    if began is None:
        raise Refused(f"Ticket #{ticket.number} was not split off another one.")
    lock([ticket.pk, began.data["of"]])
    new, old = Ticket.objects.get(pk=ticket.pk), Ticket.objects.get(pk=began.data["of"])
    if not can_be_put_back(new):
        raise Refused(
            f"Something has happened since on #{new.number} or #{old.number}, so the messages "
            f"can't go back as they were. Merge #{new.number} into #{old.number} instead."
        )
    new.messages.update(ticket=old)
    key = began.data["split"]
    came = append(old, Kind.UNSPLIT, by=by.person, of=new.number, split=key)
    gone = append(new, Kind.PUT_BACK, by=by.person, into=old.number, was=str(new.state))
    new.state, new.merged_into = State.CLOSED, old
    new.save(update_fields=["state", "merged_into"])
    tell(Split(old, came))
    tell(Split(new, gone))
    return old


def can_be_put_back(ticket: Ticket) -> bool:
    """Has nothing but the split happened on this ticket, and on the one that it was split off?"""
    began = ticket.events.filter(kind=Kind.SPLIT_OFF).first()
    if began is None or ticket.is_closed:
        return False
    away = TicketEvent.objects.filter(
        ticket=began.data["of"], kind=Kind.SPLIT_AWAY, data__split=began.data["split"]
    ).first()
    return away is not None and not (
        _happened_since(began, but=[Kind.MOVED_HERE]) or _happened_since(away, but=[])
    )


def was_put_back(ticket: Ticket) -> bool:
    """Did all that it was split off with go back? Then there is nothing to take apart (K10)."""
    return ticket.events.filter(kind=Kind.PUT_BACK).exists()


def _happened_since(event: TicketEvent, *, but: list[Kind]) -> bool:
    since = TicketEvent.objects.filter(ticket=event.ticket_id, sequence__gt=event.sequence)
    return since.exclude(kind__in=[*_BY_THE_CLOCK, *but]).exists()


def _check(old: Ticket, moved: list[Message], message: Message) -> None:
    if not moved or moved[0].pk != message.pk:
        raise NotFound
    if old.is_closed:
        raise Refused(f"Ticket #{old.number} is closed, so it can't be split.")
    if old.live:
        raise Refused("Someone is in a live chat there. Split when it has ended.")
    point = moved[0]
    if point.side != Side.CUSTOMER or not point.public or point.automatic:
        raise Refused("A ticket is split at words of the customer: choose one of their messages.")
    if not old.messages.filter(pk__lt=message.pk).exists():
        raise Refused("That is the ticket's first message: nothing would stay. Change the subject.")
    if old.merged.exists():
        raise Refused(f"Another ticket went into #{old.number}. Take them apart first, then split.")
    fresh = old.events.filter(kind=Kind.AGENT_REPLY, at__gte=clock.now() - UNDO_FOR)
    if any(undoable_until(reply) for reply in fresh.select_related("message")):
        raise Refused("The last reply can still be taken back. Split in a few seconds.")


def _create(old: Ticket, first: Message, subject: str) -> Ticket:
    now = max(clock.now(), old.updated_at)
    return Ticket.objects.create(
        subject=" ".join(subject.split())[:LONGEST_SUBJECT] or old.subject,
        channel=first.door,
        came_to=old.came_to,
        category=old.category,
        confidential=old.confidential,
        impact=old.impact,
        requester=first.author or old.requester,
        district=old.district,
        school=old.school,
        team=old.team,
        follows=old,
        demo=old.demo,
        created_at=now,
        updated_at=now,
    )


def _begin(new: Ticket, old: Ticket, key: str, moved: list[Message], by: Agent) -> None:
    opened: dict[str, Any] = {"impact": str(new.impact), "channel": str(new.channel)}
    append(new, Kind.OPENED, by=by.person, words="nobody", follows=old.number, **opened)
    waiting: list[Message] = []
    for each in moved:
        if each.public and not each.automatic and each.undone_at is None:
            waiting = [] if each.side == Side.TEAM else [*waiting, each]
    since = _since(waiting)
    began = append(new, Kind.SPLIT_OFF, by=by.person, of=old.number, split=key, **since)
    for each in moved:
        each.ticket = new
        append(new, Kind.MOVED_HERE, by=each.author, message=each)
    tell(Split(new, began))


def _since(waiting: list[Message]) -> dict[str, Any]:
    return {"unanswered": waiting[0].received_at.isoformat()} if waiting else {}


def _let_follow(old: Ticket, new: Ticket) -> None:
    for person in [old.requester, *followers_of(old)]:
        if person and person.pk != new.requester_id:
            Follower.objects.get_or_create(ticket=new, person=person)
