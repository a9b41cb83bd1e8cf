"""The screens of components; those of their checks are in `check_views.py`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.monitoring.components import drawing, editing, retiring, shares
from deskbell.monitoring.components.fields import FIELDS
from deskbell.monitoring.models import Check, Component, Service
from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.people.models import District
from deskbell.people.teams import working_agents
from deskbell.tickets.impacts import Impact

SHOWN, SHOWN_WINDOWS = 50, 3


@require_http_methods(["GET", "POST"])
@agents_only
def components(request: HttpRequest) -> HttpResponseBase:
    """`GET /components`; a manager's `POST` adds one."""
    if request.method == "POST":
        return _add(request)
    listed = Component.objects.select_related("service", "owner__person").prefetch_related(
        "checks", "vendors", "districts", "depends_on"
    )
    whole, share_of = shares.watched()
    context = {
        "components": listed.filter(retired_at=None).order_by(
            "service__place", "service__name", "place", "name"
        ),
        "retired": listed.exclude(retired_at=None),
        "services": Service.objects.all(),
        "watched": whole,
        "share_of": share_of,
        **reader(request),
    }
    return render(request, "monitoring/components.html", context)


@require_http_methods(["GET", "POST"])
@agents_only
def component(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`/components/<pk>`: its checks, its history, its settings; a manager's `POST` saves those."""
    found = editing.component(pk)
    if request.method == "POST":
        return _save(request, pk)
    needed = set(found.depends_on.values_list("pk", flat=True))
    using = set(found.districts.values_list("pk", flat=True))
    return _page(request, found, needed, using)


@require_POST
@managers_only
def retirement(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /components/<pk>/retirement` with `on`: yes or no, which takes it back."""
    found = editing.component(pk)
    if request.POST.get("on") == "no":
        retiring.take_back(found)
    else:
        retiring.retire(found)
    return redirect("component", pk=pk)


@managers_only
def _add(request: HttpRequest) -> HttpResponse:
    return redirect("component", pk=editing.add_component(request.POST.dict()).pk)


@managers_only
def _save(request: HttpRequest, pk: int) -> HttpResponse:
    """What was wrong stands above the form, and nothing that was chosen is lost."""
    found, form = editing.component(pk), request.POST
    needed, using = form.getlist("depends_on"), form.getlist("districts")
    try:
        editing.save_component(found, form.dict(), needed, using)
    except Refused as error:
        chosen = set(editing.numbers(needed)), set(editing.numbers(using))
        return _page(request, found, *chosen, refused=str(error))
    return redirect("component", pk=pk)


def _page(
    request: HttpRequest, found: Component, needed: set[int], using: set[int], refused: str = ""
) -> HttpResponse:
    checks = list(found.checks.exclude(kind=Check.Kind.HEARTBEAT))
    context = {
        "component": found,
        "checks": checks,
        "lines": drawing.small_lines(checks),
        "heartbeats": found.checks.filter(kind=Check.Kind.HEARTBEAT),
        "vendors": found.vendors.all(),
        "windows": found.maintenances.filter(cancelled_at=None, ended_at=None)
        .filter(ends_at__gt=clock.now())
        .order_by("starts_at")[:SHOWN_WINDOWS],
        "now": clock.now(),
        "history": drawing.past_states(found),
        "changes": found.changes.order_by("-at", "-id")[:SHOWN],
        "alerts": found.alerts.select_related("ticket").order_by("-id")[:SHOWN],
        "watched": shares.watched_of(found.pk),
        "kinds": [(kind, Check.Kind(kind).label) for kind in FIELDS],
        "needed": needed,
        "using": using,
        "below": found.depends_on.filter(retired_at=None),
        "above": found.supports.filter(retired_at=None),
        "others": Component.objects.exclude(pk=found.pk).filter(retired_at=None),
        "services": Service.objects.all(),
        "districts": District.objects.order_by("name"),
        "agents": working_agents(),
        "impacts": list(Impact),
        "refused": refused,
        **reader(request),
    }
    return render(request, "monitoring/component.html", context, status=422 if refused else 200)


def reader(request: HttpRequest) -> dict[str, Any]:
    """Whether who reads may change what they see."""
    agent = agent_of(request)
    return {"may_edit": agent.manages, "is_administrator": agent.is_administrator}
