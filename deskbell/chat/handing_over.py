"""Handing a live chat over: to a colleague or a team, with a note, and the clock goes on."""

from __future__ import annotations

from deskbell.chat.models import Visit
from deskbell.chat.queue import join
from deskbell.lib.errors import Refused
from deskbell.people.models import Agent, Team
from deskbell.people.notices import Topic, notify
from deskbell.tickets.assigning import assign, hand_to_team
from deskbell.tickets.events import changing
from deskbell.tickets.models import Ticket
from deskbell.tickets.replying import note
from deskbell.tickets.words import Words

LONGEST_NOTE = 2000


def hand_over(visit: Visit, to: Agent | Team, *, why: str, by: Agent) -> Ticket:
    """The colleague, or whoever of the team takes chats, is asked at once; the note is internal. Raises
    Refused without a note, to oneself, and once the visitor has left."""
    _check(to, why, by)
    with changing(visit.ticket) as ticket:
        if not ticket.live:
            raise Refused("The visitor has left: assign the ticket instead.")
        note(ticket, Words(f"Handed over to {to}: {why.strip()}"), by=by)
        if isinstance(to, Agent):
            ticket = assign(ticket, to, by=by)
        else:
            hand_to_team(ticket, to, by=by)
            ticket = assign(ticket, None, by=by)
        join(visit, given_to=to if isinstance(to, Agent) else None, had=[by.pk] if by != to else [])
        if isinstance(to, Agent):
            notify(
                [to],
                f"{by} hands you a chat: {ticket.subject}",
                path=f"/tickets/{ticket.number}",
                urgent=True,
                by_mail=False,
                topic=Topic.CHAT,
            )
    return ticket


def _check(to: Agent | Team, why: str, by: Agent) -> None:
    if not why.strip():
        raise Refused("Write a line for whoever takes over: what is it about, what was tried?")
    if len(why) > LONGEST_NOTE:
        raise Refused(f"The note is too long: {LONGEST_NOTE:,} characters fit.")
    if to == by:
        raise Refused("This chat is yours already: choose a colleague or a team.")
