"""The screen of alerts: where to send them, what came in, and what became of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from deskbell.lib.errors import NotFound
from deskbell.monitoring import sources
from deskbell.monitoring.alerting import silencing
from deskbell.monitoring.alerting.views import choices
from deskbell.monitoring.models import Alert, Body, Source
from deskbell.people.access import agent_of, agents_only
from deskbell.people.desk import the_desk

SHOWN_ALERTS, SHOWN_BODIES = 50, 20


@require_GET
@agents_only
def overview(request: HttpRequest) -> HttpResponse:
    """`GET /alerts`. Addresses are shown to administrators alone: who has one can raise alerts."""
    may_see = agent_of(request).is_administrator
    listed = Source.objects.exclude(kind__in=sources.WITHOUT_A_DOOR).order_by("id")
    alerts = Alert.objects.select_related(
        "source", "ticket", "component", "silence", "hidden_by"
    ).order_by("-received_at", "-id")
    bodies = Body.objects.select_related("source").defer("content").order_by("-id")
    context = {
        "here": agent_of(request).person.zone or the_desk().zone,
        "sources": [(each, sources.address(each) if may_see else "") for each in listed],
        "silences": silencing.standing(),
        "may_add": may_see,
        **choices(),
        "open": alerts.open()[:SHOWN_ALERTS],
        "resolved": alerts.filter(state=Alert.State.RESOLVED)[:SHOWN_ALERTS],
        "bodies": bodies[:SHOWN_BODIES],
    }
    return render(request, "monitoring/overview.html", context)


@require_GET
@agents_only
def body(request: HttpRequest, number: int) -> HttpResponse:
    """`GET /alerts/bodies/<number>`: the bytes as they came, never drawn by the browser."""
    found = Body.objects.filter(pk=number).first()
    if found is None:
        raise NotFound("There is no such body.")
    return HttpResponse(bytes(found.content), content_type="text/plain; charset=utf-8")
