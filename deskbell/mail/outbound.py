"""What the team says in public goes to the customer by mail. A note never does."""

from __future__ import annotations

from deskbell.lib.html import paragraphs
from deskbell.mail.composing import subject_for
from deskbell.mail.facts import MailMoved
from deskbell.mail.models import OutboundMail
from deskbell.mail.queueing import can_be_written_to, enqueue
from deskbell.mail.sending import step
from deskbell.people.desk import the_desk
from deskbell.people.models import Person
from deskbell.tickets.events import MessagePosted, TicketOpened
from deskbell.tickets.models import Message, Side, Ticket

__all__ = ["MailMoved", "queue", "step"]


def queue(fact: TicketOpened | MessagePosted) -> None:
    """Queue the mail of an agent's public message to whoever asked."""
    ticket, message = fact.ticket, fact.message
    if not is_for_the_customer(ticket, message):
        return
    requester = ticket.requester
    if requester is None or not can_be_written_to(requester):
        return
    enqueue(
        OutboundMail.Kind.REPLY,
        requester,
        subject=subject_for(ticket, answers=isinstance(fact, MessagePosted)),
        from_name=_from_name(message.author),
        template="mail/reply",
        context={
            "text": message.text,
            "paragraphs": paragraphs(message.text),
            "number": ticket.number,
            "desk": the_desk().name,
        },
        ticket=ticket,
        message=message,
    )


def is_for_the_customer(ticket: Ticket, message: Message) -> bool:
    """Said by the team, in public, and not into a live chat, where the customer reads it already."""
    return message.public and message.side == Side.TEAM and not ticket.live


def _from_name(author: Person | None) -> str:
    first = str(author).split()[0] if author and author.name.split() else ""
    desk = the_desk().name
    return f"{first} at {desk}" if first else desk
