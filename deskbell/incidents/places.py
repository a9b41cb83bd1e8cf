"""Which incidents a ticket is part of, or could be: what its page says about it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from deskbell.incidents.models import Incident, IncidentTicket
from deskbell.tickets.models import Ticket

State = IncidentTicket.State
OFFERED = 3  # open incidents that a ticket is offered


def places_among(tickets: Sequence[Ticket]) -> dict[int, list[IncidentTicket]]:
    """By number, where each ticket is joined, and where it is proposed while that goes on; the newest first.
    One query."""
    rows = IncidentTicket.objects.filter(ticket__in=[ticket.pk for ticket in tickets])
    rows = rows.filter(Q(state=State.JOINED) | Q(state=State.PROPOSED, incident__resolved_at=None))
    found: dict[int, list[IncidentTicket]] = {ticket.pk: [] for ticket in tickets}
    for row in rows.select_related("incident").order_by("-incident"):
        found[row.ticket_id].append(row)
    return found


def offered_among(tickets: Sequence[Ticket]) -> dict[int, list[Incident]]:
    """By number, the open incidents that concern each ticket's district and in which it has no place, the
    newest first. Three queries, one while nothing is open."""
    newest = list(Incident.objects.open().order_by("-number"))
    if not newest:
        return {ticket.pk: [] for ticket in tickets}
    through = Incident.districts.through.objects.filter(incident__in=newest)
    concerned = set(through.values_list("incident", "district"))
    known = IncidentTicket.objects.filter(incident__in=newest, ticket__in=tickets)
    has = set(known.exclude(state=State.LEFT).values_list("incident", "ticket"))
    return {
        ticket.pk: [
            each
            for each in newest
            if each.demo == ticket.demo
            and (each.pk, ticket.pk) not in has
            and (each.for_everyone or (each.pk, ticket.district_id) in concerned)
        ][:OFFERED]
        for ticket in tickets
    }
