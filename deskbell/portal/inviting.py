"""An owner's invitation: a place in the portal, and a mail with the link to it."""

from __future__ import annotations

from django.db import transaction

from deskbell.lib.callers import network_of
from deskbell.lib.errors import Refused
from deskbell.people import owning
from deskbell.people.customer_links import TooMany, note_asking
from deskbell.people.customers import Customer
from deskbell.portal import link_mails
from deskbell.tickets.models import Ticket

TOO_MANY = "Too many links were asked for from your network. Try again in an hour."


@transaction.atomic
def invite(
    who: Customer, where: str, address: str, *, name: str, role: str, machine: str, language: str
) -> None:
    """Give them the place and mail them the link; one address gets no more mails than if it asked itself.
    Raises Refused."""
    invited = owning.invite(who, where, address, name=name, role=role)
    if len(invited.places) == 1 and _has_asked_elsewhere(invited):
        raise Refused(owning.OF_ANOTHER)
    try:
        may_be_written_to = note_asking(address, network_of(machine))
    except TooMany as error:
        raise Refused(TOO_MANY) from error
    if may_be_written_to:
        link_mails.invite(invited, by=who.person, language=language)


def _has_asked_elsewhere(invited: Customer) -> bool:
    """Has the desk known them as someone of another district, though they have no place there? What they ask
    next would come to this one."""
    asked = Ticket.objects.filter(requester=invited.person).exclude(district=None)
    return asked.exclude(district=invited.district).exists()
