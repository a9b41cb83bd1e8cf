"""The line on an alert's or a component's page that leads to its incident, or declares one.

Those pages belong to rooms below, which know of no incidents: they fetch the line from here.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from deskbell.incidents.models import Incident
from deskbell.people.access import agents_only

SHOWN = 5


@require_GET
@agents_only
def of_alert(request: HttpRequest, number: int) -> HttpResponse:
    """`GET /incidents/of-alert/<number>`: a fragment."""
    rows = Incident.objects.filter(alerts=number).order_by("-number")[:SHOWN]
    return _line(request, list(rows), f"/alerts/{number}/incident")


@require_GET
@agents_only
def of_component(request: HttpRequest, pk: int) -> HttpResponse:
    """`GET /incidents/of-component/<pk>`: a fragment; those that go on."""
    rows = Incident.objects.open().filter(concerned__component=pk).order_by("-number")[:SHOWN]
    return _line(request, list(rows), f"/components/{pk}/incident")


def _line(request: HttpRequest, found: list[Incident], declares: str) -> HttpResponse:
    context = {"incidents": found, "declares": declares}
    return render(request, "incidents/_line.html", context)
