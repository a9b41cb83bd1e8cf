"""Answering: an agent's public reply and internal note, and the customer's next message."""

from __future__ import annotations

from datetime import datetime

from deskbell.lib import together
from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.people.models import Agent, Contact, Person
from deskbell.tickets import undoing
from deskbell.tickets.events import (
    Assigned,
    Kind,
    MessagePosted,
    StateChanged,
    append,
    changing,
)
from deskbell.tickets.models import Message, Side, State, Ticket
from deskbell.tickets.opening import Place, begin
from deskbell.tickets.snoozing import rouse
from deskbell.tickets.words import Words, write_down


def reply(
    ticket: Ticket,
    words: Words,
    *,
    by: Agent,
    at: datetime | None = None,
    may_be_undone: bool = False,
) -> Message:
    """Tell the customer something. The first to reply becomes the assignee if there is none (K1).

    `at` is when it was said, if that is not now: an agent's own mail counts from when it came in.
    `may_be_undone` gives the agent a moment to take it back (`undoing.py`); into a chat, where it is
    read at once, nothing can be.
    """
    if words.say_nothing:
        raise Refused("Write something before you send the reply.")
    with changing(ticket) as locked:
        if locked.is_closed:
            raise Refused(f"Ticket #{locked.number} is closed. Open a new one for the customer.")
        if locked.confidential and not by.reads_billing:
            raise Refused("This is a billing thread: ask someone of the billing team.")
        if took := locked.assignee is None:
            _take(locked, by)
        message = write_down(locked, words, author=by.person, side=Side.TEAM, public=True)
        data = undoing.key_of(message, took=took) if may_be_undone else {}
        event = append(locked, Kind.AGENT_REPLY, by=by.person, message=message, at=at, **data)
        tell(MessagePosted(locked, event, message))
    return message


def note(ticket: Ticket, words: Words, *, by: Agent) -> Message:
    """Write something that the team alone can read. Stops no clock (K1)."""
    if words.say_nothing:
        raise Refused("Write something before you save the note.")
    with changing(ticket) as locked:
        message = write_down(locked, words, author=by.person, side=Side.TEAM, public=False)
        event = append(locked, Kind.NOTE, by=by.person, message=message)
        tell(MessagePosted(locked, event, message))
    return message


def hear(ticket: Ticket, words: Words, *, author: Person, place: Place | None = None) -> Ticket:
    """`take_in` for those who want the ticket on which the words stand now."""
    return take_in(ticket, words, author=author, place=place).ticket


def take_in(ticket: Ticket, words: Words, *, author: Person, place: Place | None = None) -> Message:
    """Take in what the customer's side says; returns the message, with the ticket it now stands on.

    Anything but a closed ticket becomes open. A closed one stays closed: the words open a new
    ticket that follows it, in this `place` if one is given (`begin`). What a machine wrote is kept, and
    moves nothing.
    """
    with changing(ticket) as locked:
        if locked.is_closed and not words.automatic:
            return begin(
                locked.subject,
                words,
                requester=author,
                channel=words.door,
                team=locked.team,
                category=locked.category,
                came_to=locked.came_to,
                follows=locked,
                place=place or _place_there(locked, author),
            )
        message = write_down(locked, words, author=author, side=Side.CUSTOMER, public=True)
        kind = Kind.AUTOMATIC if words.automatic else Kind.CUSTOMER_MESSAGE
        held = {"held": True} if words.held else {}
        at = None if words.held else words.received_at
        event = append(locked, kind, by=author, message=message, at=at, **held)
        if not words.automatic:
            _reopen(locked, by=author)
            rouse(locked, why="the customer has written")
        tell(MessagePosted(locked, event, message))
    return message


def _place_there(ticket: Ticket, author: Person) -> Place | None:
    """Where the author belongs in the ticket's own district, if they do: someone of two districts goes on
    in the one about which they write."""
    place = Contact.objects.filter(person=author, district=ticket.district_id).first()
    return (place.district, place.school) if place and ticket.district_id else None


def _take(ticket: Ticket, agent: Agent) -> None:
    ticket.assignee = agent
    ticket.save(update_fields=["assignee"])
    event = append(ticket, Kind.ASSIGNED, by=agent.person, to=agent.pk, name=str(agent))
    tell(Assigned(ticket, event))


def _reopen(ticket: Ticket, *, by: Person) -> None:
    if ticket.is_open:
        return
    before, ticket.state = ticket.state, State.OPEN
    together.save(ticket, ["state"])
    event = append(ticket, Kind.STATE, by=by, to=str(State.OPEN), was=str(before))
    tell(StateChanged(ticket, event))
