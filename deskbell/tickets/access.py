"""Which tickets may this person see? The one door: views ask here and nowhere else."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from deskbell.lib.errors import NotFound
from deskbell.people.models import Person
from deskbell.tickets.models import Ticket, Tickets


def tickets_for(person: Person | AnonymousUser) -> Tickets:
    """The tickets that this person may read: the team sees all, nobody else any yet."""
    if isinstance(person, Person) and person.is_agent:
        return Ticket.objects.all()
    return Ticket.objects.none()


def ticket_for(person: Person | AnonymousUser, number: int) -> Ticket:
    """One ticket with the people it names. Raises NotFound also where it exists but is not theirs."""
    ticket = tickets_for(person).with_people().filter(number=number).first()
    if ticket is None:
        raise NotFound(f"There is no ticket #{number}.")
    return ticket
