"""What the team says in public goes to the customer by mail, and to who follows. A note never does."""

from __future__ import annotations

from datetime import timedelta

from deskbell.lib.errors import Refused
from deskbell.mail import history, letters
from deskbell.mail.arrivals import address_of
from deskbell.mail.branding import brand_for
from deskbell.mail.composing import subject_for
from deskbell.mail.facts import MailMoved
from deskbell.mail.letters import Letter
from deskbell.mail.models import MailId, OutboundMail, SupportAddress
from deskbell.mail.names import first_name, from_name
from deskbell.mail.queueing import can_be_written_to, enqueue
from deskbell.mail.sending import step
from deskbell.people.desk import the_desk
from deskbell.people.models import Desk, Person
from deskbell.tickets.events import MessagePosted, ReplyUndone, TicketOpened
from deskbell.tickets.following import followers_of
from deskbell.tickets.models import Message, Side, Ticket
from deskbell.tickets.undoing import UNDO_FOR, undoable_until

__all__ = ["MailMoved", "queue", "step", "withdraw"]


def queue(fact: TicketOpened | MessagePosted) -> None:
    """Queue the mail of an agent's public message to whoever asked, and to those who follow."""
    ticket, message = fact.ticket, fact.message
    if not is_for_the_customer(ticket, message):
        return
    requester = ticket.requester
    if requester is None or not can_be_written_to(requester):
        return
    address, desk = address_of(ticket), the_desk()
    enqueue(
        OutboundMail.Kind.REPLY,
        requester,
        subject=subject_for(ticket, answers=isinstance(fact, MessagePosted)),
        from_name=from_name(message.author, address, desk.name),
        letter=_letter(ticket, message, requester, address, desk),
        readers=[person for person in followers_of(ticket) if can_be_written_to(person)],
        sender=address,
        held_for=UNDO_FOR if undoable_until(fact.event) else timedelta(0),
        ticket=ticket,
        message=message,
    )


def withdraw(fact: ReplyUndone) -> None:
    """The reply never was (K1): its mail is taken out of the queue. Refused if it is leaving already."""
    mails = OutboundMail.objects.filter(message=fact.reply.message)
    waiting = list(mails.select_for_update())
    if any(mail.state != OutboundMail.State.QUEUED or mail.leased_until for mail in waiting):
        raise Refused("It is too late to take this reply back: the mail is on its way.")
    MailId.objects.filter(message=fact.reply.message, ours=True).delete()
    mails.delete()


def is_for_the_customer(ticket: Ticket, message: Message) -> bool:
    """Said by the team, in public, and not into a live chat, where the customer reads it already."""
    return message.public and message.side == Side.TEAM and not ticket.live


def _letter(
    ticket: Ticket,
    message: Message,
    requester: Person,
    address: SupportAddress | None,
    desk: Desk,
) -> Letter:
    said = history.before(ticket, message, zone=ticket.zone or desk.zone)
    signature = address.signature.strip() if address else ""
    return letters.written(
        OutboundMail.Kind.REPLY,
        {
            "words": message.text,
            "signature": signature,
            "history": said.text,
            "agent": first_name(str(message.author or "")),
            "name": first_name(requester.name),
            "number": ticket.number,
            "subject": ticket.subject,
            "desk": desk.name,
        },
        marked={
            "words": history.as_html(message.text),
            "signature": history.as_html(signature),
            "history": said.html,
        },
        address=address,
        brand=brand_for(ticket.district),
    )
