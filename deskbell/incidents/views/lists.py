"""The list of incidents, and declaring one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deskbell.incidents import times
from deskbell.incidents.composing import states_of
from deskbell.incidents.declaring import OF_INCIDENTS
from deskbell.incidents.desk import live, one_step, page, rows
from deskbell.lib.errors import Refused
from deskbell.lib.numbers import whole
from deskbell.monitoring import watched
from deskbell.monitoring.models import Component
from deskbell.people.access import agent_of, agents_only
from deskbell.people.notices import topic_of_agent
from deskbell.realtime.topics import sign
from deskbell.tickets.access import ticket_for

_EMPTY = {"title": "", "severity": "", "started": ""}


@require_http_methods(["GET", "POST"])
@agents_only
def incidents(request: HttpRequest) -> HttpResponseBase:
    """`GET /incidents?page=`; a `POST` declares one."""
    if request.method == "POST":
        return _declare(request)
    token, number = _token(request), whole(request.GET.get("page", ""), 1, 99_999) or 1
    past, more = rows.past_rows(number)
    context = {
        "open": rows.open_rows() if number == 1 else [],
        "proposals": rows.proposals() if number == 1 else [],
        "dismissed": whole(request.GET.get("dismissed", ""), 1, 2**62),
        "past": past,
        "page": number,
        "more": more,
        "live": token,
        "modules": ["incidents/list.js"],
    }
    return render(request, "incidents/list.html", context)


@require_GET
@agents_only
def new(request: HttpRequest) -> HttpResponse:
    """`GET /incidents/new`: declare by hand."""
    return _form(request, _EMPTY, {})


@require_GET
@agents_only
def token(request: HttpRequest) -> HttpResponse:
    """`GET /incidents/live`: a fresh list of topics, signed."""
    return JsonResponse({"topics": _token(request)})


@require_POST
@agents_only
def from_alert(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /alerts/<number>/incident`."""
    return _to(one_step.from_alert(number, by=agent_of(request)).pk)


@require_POST
@agents_only
def from_ticket(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/incident`."""
    ticket = ticket_for(request.user, number)
    return _to(one_step.from_ticket(ticket, by=agent_of(request)).pk)


@require_POST
@agents_only
def from_component(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /components/<pk>/incident`."""
    return _to(one_step.from_component(pk, by=agent_of(request)).pk)


def _declare(request: HttpRequest) -> HttpResponse:
    """What was wrong stands above the form, and nothing that was written is lost."""
    form, agent = request.POST, agent_of(request)
    try:
        made = one_step.by_hand(
            form.get("title", ""),
            severity=form.get("severity", ""),
            by=agent,
            components=states_of(form.dict()) or {},
            started_at=times.read(form.get("started", ""), agent),
        )
    except Refused as error:
        return _form(
            request, {**_EMPTY, **form.dict()}, page.chosen_states(form.dict()), str(error)
        )
    return _to(made.pk)


def _form(
    request: HttpRequest, written: dict[str, Any], states: dict[int, str], refused: str = ""
) -> HttpResponse:
    context = {
        "written": written,
        "chosen": states,
        "components": watched.choices(),
        "severities": page.MEANINGS.items(),
        "states": [(state.value, Component.State(state).label) for state in OF_INCIDENTS],
        "form_zone": times.zone_of(agent_of(request)),
        "refused": refused,
    }
    return render(request, "incidents/new.html", context, status=422 if refused else 200)


def _to(number: int) -> HttpResponse:
    return redirect("incident", number=number)


def _token(request: HttpRequest) -> str:
    return sign([live.LIST, topic_of_agent(agent_of(request).pk)])
