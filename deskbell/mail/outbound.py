"""What the team says in public goes to the customer by mail, and to who follows. A note never does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from markupsafe import Markup

from deskbell.lib.errors import Refused
from deskbell.lib.telling import takes_many
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
from deskbell.tickets.access import admits
from deskbell.tickets.events import Fact, LiveChanged, MessagePosted, ReplyUndone, TicketOpened
from deskbell.tickets.following import followers_by_ticket
from deskbell.tickets.formatting import CAME_ALONG, plain
from deskbell.tickets.models import Message, Side, Ticket
from deskbell.tickets.undoing import UNDO_FOR, undoable_until

__all__ = ["MailMoved", "queue", "queue_unseen", "step", "withdraw"]


@takes_many
def queue(facts: Sequence[TicketOpened | MessagePosted]) -> None:
    """Queue the mails of agents' public messages to whoever asked, and to those who follow."""
    facts = [fact for fact in facts if _is_written(fact)]
    if not facts:
        return
    followers = followers_by_ticket([fact.ticket for fact in facts])
    said = history.said_before([fact.message for fact in facts])
    for fact in facts:
        _queue(fact, followers[fact.ticket.pk], said[fact.message.pk])


def _is_written(fact: TicketOpened | MessagePosted) -> bool:
    ticket, message = fact.ticket, fact.message
    return is_for_the_customer(ticket, message) and _hears(ticket, ticket.requester)


def _hears(ticket: Ticket, person: Person | None) -> bool:
    return can_be_written_to(person) and person is not None and admits(ticket, person)


def _queue(
    fact: TicketOpened | MessagePosted, followers: list[Person], said: list[Message]
) -> None:
    readers = [person for person in followers if _hears(fact.ticket, person)]
    _enqueue(fact, [fact.message], said, readers=readers)


def _enqueue(
    fact: Fact, messages: list[Message], said: list[Message], *, readers: list[Person]
) -> None:
    """One mail with these messages, the last of which it belongs to."""
    ticket, requester, message = fact.ticket, fact.ticket.requester, messages[-1]
    assert requester
    address, desk = address_of(ticket), the_desk()
    enqueue(
        OutboundMail.Kind.REPLY,
        requester,
        subject=subject_for(ticket, answers=not isinstance(fact, TicketOpened)),
        from_name=from_name(message.author, address, desk.name),
        letter=_letter(ticket, messages, said, address, desk),
        readers=readers,
        sender=address,
        held_for=UNDO_FOR if undoable_until(fact.event) else timedelta(0),
        ticket=ticket,
        message=message,
    )


def queue_unseen(fact: LiveChanged) -> None:
    """The visitor has left a chat before they could read what was said last: it goes to them by mail, as one
    letter, and the conversation goes on there."""
    ticket, unseen = fact.ticket, fact.event.data.get("unseen")
    if ticket.live or not unseen or not can_be_written_to(ticket.requester):
        return
    messages = list(Message.objects.said().filter(pk__in=unseen, ticket=ticket).order_by("id"))
    if not messages or OutboundMail.objects.filter(message__in=messages).exists():
        return
    said = history.said_before(messages[:1])[messages[0].pk]
    _enqueue(fact, messages, said, readers=[])


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
    messages: list[Message],
    before: list[Message],
    address: SupportAddress | None,
    desk: Desk,
) -> Letter:
    said = history.quoted(before, zone=ticket.zone or desk.zone)
    signature = address.signature.strip() if address else ""
    return letters.written(
        OutboundMail.Kind.REPLY,
        {
            "words": "\n\n".join(plain(each) for each in messages),
            "signature": signature,
            "history": said.text,
            "agent": first_name(str(messages[-1].author or "")),
            "name": first_name(ticket.requester.name if ticket.requester else ""),
            "number": ticket.number,
            "subject": ticket.subject,
            "desk": desk.name,
        },
        marked={
            "words": _as_html(messages),
            "signature": history.as_html(signature),
            "history": said.html,
        },
        address=address,
        brand=brand_for(ticket.district),
    )


def _as_html(messages: list[Message]) -> Markup:
    """The files of the last message go along, and with them its pictures."""
    *before, last = messages
    said = [history.said_as_html(each) for each in before]
    said.append(history.said_as_html(last, lambda named: f"{CAME_ALONG}{named}"))
    return Markup("\n").join(said)
