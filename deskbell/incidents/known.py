"""Of which trouble the receipt of a new ticket tells: what was told, and concerns the one who writes."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from deskbell.incidents.models import Incident
from deskbell.mail.trouble import Trouble
from deskbell.tickets.models import Ticket


def trouble_for(tickets: Sequence[Ticket]) -> dict[int, Trouble]:
    """By number, the newest open incident that was told and concerns the one who wrote; in two queries for
    all. Somebody of no known district hears of what concerns everyone."""
    newest = list(Incident.objects.open().told().order_by("number"))
    through = Incident.districts.through.objects.filter(incident__in=newest)
    concerned = set(through.values_list("incident", "district")) if newest else set()
    found = {}
    for incident in newest:
        for ticket in tickets:
            of_theirs = (incident.pk, ticket.district_id) in concerned
            if incident.demo == ticket.demo and (incident.for_everyone or of_theirs):
                found[ticket.pk] = Trouble(incident.title, f"{settings.DESK_URL}/status")
    return found
