"""Which tickets may this person see? The one door: views ask here and nowhere else."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from deskbell.lib import clock
from deskbell.lib.errors import NotFound
from deskbell.people.customers import SEE_ALL, Customer, Role
from deskbell.people.models import Contact, Person
from deskbell.tickets.aside.models import Aside
from deskbell.tickets.events import Kind
from deskbell.tickets.models import (
    Attachment,
    Category,
    Channel,
    Follower,
    Message,
    Messages,
    Ticket,
    TicketEvent,
    Tickets,
)
from deskbell.tickets.undoing import UNDO_FOR


def tickets_for(person: Person | AnonymousUser) -> Tickets:
    """The tickets that this person may read: the team sees all, nobody else any. What was set aside is not
    among them (`set_aside_for`).

    Customers have a door of their own, `visible_to`, that never opens for the team's sake.
    """
    return readable_by(person).kept()


def set_aside_for(person: Person | AnonymousUser, where: Aside) -> Tickets:
    """The spam, for the whole team; or what was deleted, for managers and administrators."""
    return readable_by(person).filter(aside=where)


def readable_by(person: Person | AnonymousUser) -> Tickets:
    """`tickets_for`, and what was set aside: for who names a ticket by its number, not for lists."""
    if not (isinstance(person, Person) and person.is_agent):
        return Ticket.objects.none()
    return (
        Ticket.objects.all() if person.agent.manages else Ticket.objects.exclude(aside=Aside.TRASH)
    )


def ticket_for(person: Person | AnonymousUser, number: int) -> Ticket:
    """One ticket with the people it names, also one that was set aside. Raises NotFound also where it exists
    but is not theirs."""
    ticket = readable_by(person).with_people().filter(number=number).first()
    if ticket is None:
        raise NotFound(f"There is no ticket #{number}.")
    return ticket


def visible_to(who: Customer) -> Tickets:
    """The tickets that a customer may read, whichever way they ask: their own; those they follow in a
    district of theirs; and of their school or district as many as their role there shows.

    Billing is for the owners of the district, beside whoever asked. Alarms are the team's alone.
    """
    followed = Follower.objects.current().filter(person=who.person).values("ticket")
    seen = Q(requester=who.person) | Q(pk__in=followed, district__in=who.districts)
    for place in who.places:
        if place.role in SEE_ALL:
            seen |= _shown_at(place)
    return Ticket.objects.kept().filter(seen).exclude(channel=Channel.ALERT)


def visible_ticket(who: Customer, number: int) -> Ticket:
    """One of them. Raises NotFound also where it exists but is not theirs."""
    ticket = visible_to(who).with_people().filter(number=number).first()
    if ticket is None:
        raise NotFound("There is no such request, or none that you may see.")
    return ticket


def said_in_public(ticket: Ticket) -> Messages:
    """What a customer may read of a ticket: no notes, and no reply that may still be taken back (K1)."""
    fresh = TicketEvent.objects.filter(
        ticket=ticket,
        kind=Kind.AGENT_REPLY,
        data__has_key="key",
        at__gt=clock.now() - UNDO_FOR,
    )
    return (
        Message.objects.said()
        .filter(ticket=ticket, public=True)
        .exclude(pk__in=fresh.exclude(message=None).values("message"))
    )


def visible_file(who: Customer, number: int, pk: int) -> Attachment:
    """A file of what a customer may read. Raises NotFound."""
    ticket = visible_ticket(who, number)
    found = Attachment.objects.filter(pk=pk, message__in=said_in_public(ticket)).first()
    if found is None:
        raise NotFound("There is no such file on this request.")
    return found


def _shown_at(place: Contact) -> Q:
    here = Q(district=place.district_id)
    if place.school_id is not None:
        here &= Q(school=place.school_id)
    is_owner = place.role == Role.OWNER and place.school_id is None
    return here if is_owner else here & ~Q(category=Category.BILLING)
