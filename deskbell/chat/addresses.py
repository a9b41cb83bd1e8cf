"""A visitor may leave an address, so that the answer reaches them when they have gone."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from deskbell.chat.models import Visit, Visitor
from deskbell.chat.visitors import visit_of
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.people.models import Person
from deskbell.tickets.identifying import identify
from deskbell.tickets.models import Side, Ticket


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
    if given != visitor.address and visitor.address and _has_answered(visit):
        raise Refused(f"{visitor.address} has answered here already, so answers go on to it.")
    if given != visitor.address:
        visitor.address, visitor.confirmed_at = given, None
        visitor.save(update_fields=["address", "confirmed_at"])
    remember_address(visitor, visit.ticket)


def _has_answered(visit: Visit) -> bool:
    """Has someone written from the address that was left? Their words would be quoted to the next one."""
    said = visit.ticket.messages.filter(side=Side.CUSTOMER)
    return said.exclude(author=visit.visitor.person_id).exists()


def confirm_address(key: int, address: str) -> bool:
    """Whoever reads the mails there says that it is theirs. False if the visitor has left another since."""
    found = Visitor.objects.filter(pk=key, address=address)
    found.filter(confirmed_at=None).update(confirmed_at=clock.now())
    return found.exists()


def proved_address(visitor: Visitor) -> str:
    """The address that is proved to be theirs: by a site's signature, or by the link that was mailed there;
    "" if there is none."""
    if visitor.identity:
        return visitor.person.email or ""
    return visitor.address if visitor.confirmed_at else ""


def remember_address(visitor: Visitor, ticket: Ticket) -> Ticket:
    """Let the answers on this ticket go to the address that the visitor left, if they left one."""
    if not visitor.address:
        return ticket
    return identify(ticket, Person.objects.with_address(visitor.address))
