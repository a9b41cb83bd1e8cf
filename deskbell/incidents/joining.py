"""Tickets join an incident, or leave it: what customers wrote about the same trouble."""

from __future__ import annotations

from collections.abc import Iterable

from deskbell.incidents.events import IncidentChanged, Kind, append, changing
from deskbell.incidents.models import Incident, IncidentTicket
from deskbell.lib import clock
from deskbell.lib.telling import tell
from deskbell.people.models import Agent
from deskbell.tickets.models import Ticket

State = IncidentTicket.State


def join(incident: Incident, tickets: Iterable[Ticket], *, by: Agent) -> list[int]:
    """Let tickets belong to the incident, also those that were only proposed; joining twice is harmless.
    Nobody is told anything by it (K11). Returns the numbers of those that are new."""
    with changing(incident) as locked:
        wanted = {ticket.pk for ticket in tickets}
        known = dict(locked.tickets.filter(ticket__in=wanted).values_list("ticket", "state"))
        new = sorted(number for number in wanted if known.get(number) != State.JOINED)
        locked.tickets.filter(ticket__in=new).update(state=State.JOINED, by=by, at=clock.now())
        IncidentTicket.objects.bulk_create(
            IncidentTicket(incident=locked, ticket_id=number, state=State.JOINED, by=by)
            for number in new
            if number not in known
        )
        if new:
            event = append(locked, Kind.TICKETS, by=by.person, tickets=new)
            tell(IncidentChanged(locked, event))
    return new


def leave(incident: Incident, tickets: Iterable[Ticket], *, by: Agent) -> list[int]:
    """These have nothing to do with it: joined or proposed, they are not, and are not proposed again."""
    with changing(incident) as locked:
        rows = locked.tickets.filter(ticket__in=[t.pk for t in tickets]).exclude(state=State.LEFT)
        gone = sorted(rows.values_list("ticket", flat=True))
        rows.update(state=State.LEFT, by=by, at=clock.now())
        if gone:
            event = append(locked, Kind.TICKETS_LEFT, by=by.person, tickets=gone)
            tell(IncidentChanged(locked, event))
    return gone
