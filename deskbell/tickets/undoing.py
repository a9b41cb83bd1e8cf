"""Undo send: for ten seconds a reply can be taken back, and then it never was (K1)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.telling import tell
from deskbell.people.models import Agent
from deskbell.tickets.events import (
    Assigned,
    Kind,
    ReplyUndone,
    StateChanged,
    append,
    changing,
)
from deskbell.tickets.models import Channel, Message, Ticket, TicketEvent

UNDO_FOR = timedelta(seconds=10)


def key_of(message: Message, *, took: bool) -> dict[str, Any]:
    """What a reply's event carries if it may be undone; nothing in a chat, where it is read at once.

    `took`: the reply made its author the assignee.
    """
    if message.ticket.live or message.ticket.channel == Channel.CHAT:
        return {}
    return {"key": str(message.pk), "took": took}


def undoable_until(reply: TicketEvent) -> datetime | None:
    """Until when this reply can be taken back; None if it can't be, or was. It may have passed."""
    message = reply.message
    if reply.kind != Kind.AGENT_REPLY or "key" not in reply.data:
        return None
    return reply.at + UNDO_FOR if message and message.undone_at is None else None


def undo(ticket: Ticket, pk: int, *, by: Agent) -> TicketEvent:
    """Take back the reply whose message is `pk`; returns the reply's event. Its author alone may.

    What came with the press of the button goes back too: the assignment, and the state. Refused
    once the ten seconds have passed, or if the mail has left.
    """
    with changing(ticket) as locked:
        reply = _reply(locked, pk)
        until = undoable_until(reply)
        if reply.by_id != by.pk:
            raise Refused(f"Only {reply.by} can take this reply back.")
        if until is None or clock.now() > until:
            raise Refused("It is too late to take this reply back: it has left the desk.")
        assert reply.message is not None
        reply.message.undone_at = clock.now()
        reply.message.save(update_fields=["undone_at"])
        moves = _moves_with(locked, reply, by)
        data = {"key": reply.data["key"], "moves": [move.sequence for move in moves]}
        event = append(locked, Kind.REPLY_UNDONE, by=by.person, **data)
        tell(ReplyUndone(locked, event, reply))
        _move_back(locked, moves, event)
        _give_back(locked, reply, by)
    return reply


def _reply(ticket: Ticket, pk: int) -> TicketEvent:
    found = ticket.events.filter(kind=Kind.AGENT_REPLY, message=pk)
    reply = found.select_related("message", "by").first()
    if reply is None:
        raise NotFound("There is no such reply on this ticket.")
    return reply


def _give_back(ticket: Ticket, reply: TicketEvent, by: Agent) -> None:
    """The reply alone made its author the assignee: that goes with it, unless someone changed it."""
    if reply.data.get("took") and ticket.assignee == by:
        ticket.assignee = None
        ticket.save(update_fields=["assignee"])
        tell(Assigned(ticket, append(ticket, Kind.ASSIGNED, by=by.person, to=None, name="")))


def _moves_with(ticket: Ticket, reply: TicketEvent, by: Agent) -> list[TicketEvent]:
    """“Send, then wait” is one press of a button: the changes of state since, if all are theirs."""
    moves = list(ticket.events.filter(kind=Kind.STATE, sequence__gt=reply.sequence))
    return moves if all(move.by_id == by.pk for move in moves) else []


def _move_back(ticket: Ticket, moves: list[TicketEvent], undone: TicketEvent) -> None:
    """The state goes back without an event of its own: those that brought it never were either."""
    if moves:
        ticket.state = moves[0].data["was"]
        ticket.save(update_fields=["state"])
        tell(StateChanged(ticket, undone))
