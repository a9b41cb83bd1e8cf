"""A vendor's incident as the cause of ours, and the tickets that wait for it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from deskbell.incidents import cause as causes
from deskbell.incidents import resolving
from deskbell.incidents.desk import page
from deskbell.incidents.views.incident import done
from deskbell.lib.errors import Refused
from deskbell.lib.numbers import primary_key
from deskbell.monitoring.models import VendorIncident
from deskbell.people.access import agent_of, agents_only


@require_POST
@agents_only
def cause(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /incidents/<number>/cause`: `of`, the key of a vendor's incident; empty takes the cause away."""
    found, agent, key = page.incident_numbered(number), agent_of(request), request.POST.get("of")
    if key == "":
        causes.detach(found, by=agent)
        return done(request, found)
    rows = VendorIncident.objects.select_related("vendor")
    chosen = rows.filter(pk=primary_key(key or "")).first() if primary_key(key or "") else None
    if chosen is None:
        raise Refused("Choose which vendor’s incident is the cause.")
    causes.attach(found, chosen, by=agent)
    return done(request, found)


@require_POST
@agents_only
def waiting(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /incidents/<number>/cause/waiting`: each joined ticket that is open waits for the vendor (K5)."""
    found = page.incident_numbered(number)
    causes.let_wait(found, by=agent_of(request))
    return done(request, found)


@require_POST
@agents_only
def solving_undone(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /incidents/<number>/tickets/solving/undo`."""
    found = page.incident_numbered(number)
    resolving.unsolve(found, by=agent_of(request))
    return done(request, found)
