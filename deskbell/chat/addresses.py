"""A visitor may leave an address, so that the answer reaches them when they have gone."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from deskbell.chat.models import Visitor
from deskbell.chat.visitors import visit_of
from deskbell.lib.errors import Refused
from deskbell.people.models import Person
from deskbell.tickets.identifying import identify
from deskbell.tickets.models import Ticket


@transaction.atomic
def leave_address(visitor: Visitor, address: str) -> None:
    """The ticket's answers go to this address too. Nothing proves that it is theirs: the messages
    in the bubble stay those of a visitor, and mails from there are not shown to the visitor."""
    if visitor.identity and visitor.person.email:
        raise Refused(f"Answers go to {visitor.person.email} already.")
    given = address.strip().lower()
    try:
        validate_email(given)
    except ValidationError as error:
        raise Refused("That is no mail address: write it like name@school.org.") from error
    visit = visit_of(visitor)
    if visit is None:
        raise Refused("Write to us first; then leave an address for the answer.")
    visitor.address = given
    visitor.save(update_fields=["address"])
    remember_address(visitor, visit.ticket)


def remember_address(visitor: Visitor, ticket: Ticket) -> Ticket:
    """Let the answers on this ticket go to the address that the visitor left, if they left one."""
    if not visitor.address:
        return ticket
    return identify(ticket, Person.objects.with_address(visitor.address))
