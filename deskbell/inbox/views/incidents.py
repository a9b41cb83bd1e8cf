"""A ticket's place in an incident: joined by one key, told what is known, or no part of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from deskbell.inbox.views.ticket import changed
from deskbell.incidents.joining import join, leave, tell_what_is_known
from deskbell.incidents.models import Incident
from deskbell.lib.errors import NotFound, Refused
from deskbell.people.access import agent_of, agents_only
from deskbell.tickets.access import ticket_for

DEEDS = {"join": join, "leave": leave, "tell": tell_what_is_known}


@require_POST
@agents_only
def place(request: HttpRequest, number: int, incident: int) -> HttpResponse:
    """`POST /tickets/<number>/incidents/<incident>`: `do` is join, tell (what is known, K11) or leave."""
    ticket = ticket_for(request.user, number)
    before, deed = ticket.last_sequence, DEEDS.get(request.POST.get("do", ""))
    found = Incident.objects.filter(pk=incident).first()
    if found is None:
        raise NotFound(f"There is no incident {incident}.")
    if deed is None:
        raise Refused("Say what to do: join it, tell what is known, or leave it.")
    deed(found, [ticket], by=agent_of(request))
    return changed(request, ticket, before)
