"""The link by which a requester looks at their own ticket, without an account (and without its messages)."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db.models import F

from deskbell.lib import clock, together
from deskbell.lib.errors import NotFound
from deskbell.lib.ids import digest, new_token
from deskbell.people.models import Agent, Person
from deskbell.tickets.access import admits
from deskbell.tickets.models import Ticket, TicketLink


def link_for(ticket: Ticket, person: Person) -> str:
    """A new link, as its whole address. The desk keeps only its digest: it is told once."""
    token = new_token()
    together.insert(TicketLink(ticket=ticket, person=person, token_digest=digest(token)))
    return f"{settings.DESK_URL}/your/{token}"


def ticket_by_link(token: str) -> Ticket:
    """The ticket that a link shows. Raises NotFound if there is no such link, if it was taken back,
    or if the ticket has another requester by now, or was set aside."""
    link = (
        TicketLink.objects.filter(token_digest=digest(token), revoked_at=None, ticket__aside="")
        .filter(person=F("ticket__requester"))
        .select_related("person", "ticket__requester", "ticket__district")
        .first()
    )
    if link is None or not admits(link.ticket, link.person):
        raise NotFound("This link shows nothing any more, or it is incomplete.")
    return link.ticket


def has_links(ticket: Ticket) -> bool:
    """Can anyone look at the ticket by a link?"""
    return bool(linked_among([ticket]))


def linked_among(tickets: Iterable[Ticket]) -> set[int]:
    """The numbers of those tickets at which someone can look by a link."""
    links = TicketLink.objects.filter(ticket__in=[ticket.pk for ticket in tickets], revoked_at=None)
    return set(links.values_list("ticket", flat=True))


def revoke_links(ticket: Ticket, *, by: Agent) -> int:
    """Take back all links to a ticket; returns how many there were."""
    links = TicketLink.objects.filter(ticket=ticket, revoked_at=None)
    return links.update(revoked_at=clock.now(), revoked_by=by.person)
