"""Billing: a thread that the billing team, the managers and the district's owners alone can see (P9).

It is confidential from its beginning, and for ever: nothing of it was ever shown to anyone else. So an
ordinary ticket never becomes one; a thread is begun from what was said there.
"""

from __future__ import annotations

from django.db import transaction

from deskbell.lib.errors import Refused
from deskbell.people.models import Agent, Person
from deskbell.people.owners import owns
from deskbell.tickets.access import said_in_public
from deskbell.tickets.models import Category, Channel, Message, Side, Ticket
from deskbell.tickets.opening import begin_quietly
from deskbell.tickets.solving import set_state
from deskbell.tickets.words import File, Words


@transaction.atomic
def begin_billing(
    ticket: Ticket, message: Message, owner: Person, *, by: Agent, subject: str = "", whole: bool
) -> Ticket:
    """Begin a billing thread with an `owner` of the district, from a `message` of the customer's side.

    The ticket stays as it is and doesn't name the thread; `whole`: it was about nothing else, and is solved.
    The first reply is owed from now. Nobody is mailed before someone answers.
    """
    if ticket.confidential:
        raise Refused("This is a billing thread already.")
    if not owns(owner, ticket.district):
        raise Refused(f"{owner} is no owner of {ticket.district or 'a district'}.")
    if message.side != Side.CUSTOMER or not said_in_public(ticket).filter(pk=message.pk).exists():
        raise Refused("Choose something that the customer has said.")
    begun = begin_quietly(
        subject.strip() or ticket.subject,
        _words_of(message),
        requester=owner,
        author=message.author or owner,
        district=ticket.district,
        category=Category.BILLING,
        follows=ticket,
        by=by,
    )
    if whole:
        set_state(ticket, "solved", by=by, unanswered=True)
    return begun


def _words_of(message: Message) -> Words:
    """What was said there, with its files, as said again now."""
    return Words(
        message.text,
        message.html,
        message.quoted,
        door=Channel(message.door),
        files=tuple(File.of(each) for each in message.attachments.all()),
        markdown=message.markdown,
    )
