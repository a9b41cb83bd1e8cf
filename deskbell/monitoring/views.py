"""The screens of alerts: the list, the silences, and what came in with what became of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from deskbell.lib.errors import NotFound
from deskbell.monitoring import sources, watched
from deskbell.monitoring.alerting import listing, receipts, silencing
from deskbell.monitoring.intake.pagerduty.answering import without_key
from deskbell.monitoring.models import Body, Source
from deskbell.people.access import agent_of, agents_only
from deskbell.people.desk import the_desk
from deskbell.tickets.impacts import Impact


@require_GET
@agents_only
def overview(request: HttpRequest) -> HttpResponse:
    """`GET /alerts`: those that are open, or what the filters ask for, a page at a time."""
    wanted = listing.wanted_of(request.GET.dict())
    context = {
        "wanted": wanted,
        "page": listing.page_of(wanted),
        "states": listing.STATES,
        "quiets": listing.QUIET,
        "impact_pairs": Impact.choices,
        "source_pairs": list(Source.objects.order_by("name").values_list("pk", "name")),
        "component_pairs": [
            (each.pk, f"{each.service}: {each.name}") for each in watched.choices()
        ],
        "here": _zone(request),
    }
    return render(request, "monitoring/alerts.html", context)


@require_GET
@agents_only
def silences(request: HttpRequest) -> HttpResponse:
    """`GET /alerts/silences`: those in force, and the last that are over."""
    context = {
        "standing": silencing.standing(),
        "over": silencing.over(),
        "made": silencing.known(request.GET.get("made", "")),
        "here": _zone(request),
    }
    return render(request, "monitoring/silences.html", context)


@require_GET
@agents_only
def bodies(request: HttpRequest) -> HttpResponse:
    """`GET /alerts/bodies`: what came in last, of one source or in one state if asked."""
    wanted = receipts.wanted_of(request.GET.dict())
    with_a_door = Source.objects.exclude(kind__in=sources.WITHOUT_A_DOOR).order_by("name")
    context = {
        "wanted": wanted,
        "page": receipts.page_of(wanted),
        "states": Body.State.choices,
        "source_pairs": list(with_a_door.values_list("pk", "name")),
        "here": _zone(request),
    }
    return render(request, "monitoring/bodies.html", context)


@require_GET
@agents_only
def body(request: HttpRequest, number: int) -> HttpResponse:
    """`GET /alerts/bodies/<number>`: the bytes as they came, never drawn by the browser."""
    found = Body.objects.filter(pk=number).first()
    if found is None:
        raise NotFound("There is no such body.")
    return HttpResponse(without_key(bytes(found.content)), content_type="text/plain; charset=utf-8")


def _zone(request: HttpRequest) -> str:
    return agent_of(request).person.zone or the_desk().zone
