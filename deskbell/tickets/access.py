"""Which tickets may this person see? The one door: views ask here and nowhere else."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from deskbell.lib import clock
from deskbell.lib.errors import NotFound
from deskbell.people.customers import SEE_ALL, Customer, Role
from deskbell.people.models import Contact, Person
from deskbell.people.owners import owns
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
    """The tickets that this person may read: the team sees all, but for billing, which is for the billing
    team and those who manage; nobody else sees any. What was set aside is not among them
    (`set_aside_for`).

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
    agent, found = person.agent, Ticket.objects.all()
    found = found if agent.manages else found.exclude(aside=Aside.TRASH)
    return found if agent.reads_billing else found.filter(confidential=False)


def ticket_for(person: Person | AnonymousUser, number: int) -> Ticket:
    """One ticket with the people it names, also one that was set aside. Raises NotFound also where it exists
    but is not theirs."""
    ticket = readable_by(person).with_people().filter(number=number).first()
    if ticket is None:
        raise NotFound(f"There is no ticket #{number}.")
    return ticket


def admits(ticket: Ticket, person: Person) -> bool:
    """May the person take part in the ticket at all? In a confidential one the billing team, who manages, and
    the district's owners; in any other this rules out nobody."""
    if not ticket.confidential:
        return True
    return person.agent.reads_billing if person.is_agent else owns(person, ticket.district)


def visible_to(who: Customer) -> Tickets:
    """The tickets that a customer may read, whichever way they ask: their own; those they follow in a
    district of theirs; and of their school or district as many as their role there shows.

    What is about billing is for the owners of the district, beside whoever asked; a confidential thread is
    for the owners alone. Alarms are the team's alone.
    """
    followed = Follower.objects.current().filter(person=who.person).values("ticket")
    seen = Q(requester=who.person) | Q(pk__in=followed, district__in=who.districts)
    for place in who.places:
        if place.role in SEE_ALL:
            seen |= _shown_at(place)
    owned = [place.district_id for place in who.owned if place.school_id is None]
    seen &= Q(confidential=False) | Q(district__in=owned)
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
