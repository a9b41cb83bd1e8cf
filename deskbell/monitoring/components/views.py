"""The screens of components, and of each of their checks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.lib.errors import Refused
from deskbell.monitoring.checks.kinds import KINDS
from deskbell.monitoring.components import drawing, editing, shares
from deskbell.monitoring.components.fields import FIELDS
from deskbell.monitoring.models import Check, Component, Service
from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.people.desk import the_desk
from deskbell.people.models import District
from deskbell.people.teams import working_agents
from deskbell.tickets.impacts import Impact

SHOWN = 50


@require_http_methods(["GET", "POST"])
@agents_only
def components(request: HttpRequest) -> HttpResponseBase:
    """`GET /components`; a manager's `POST` adds one."""
    if request.method == "POST":
        return _add(request)
    listed = Component.objects.select_related("service", "owner__person").prefetch_related(
        "checks", "vendors", "districts"
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
        "may_edit": agent_of(request).manages,
    }
    return render(request, "monitoring/components.html", context)


@require_http_methods(["GET", "POST"])
@agents_only
def component(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`/components/<pk>`: its checks, its history, its settings; a manager's `POST` saves those."""
    found = editing.component(pk)
    if request.method == "POST":
        return _save(request, pk)
    context = {
        "component": found,
        "checks": found.checks.exclude(kind=Check.Kind.HEARTBEAT),
        "heartbeats": found.checks.filter(kind=Check.Kind.HEARTBEAT),
        "vendors": found.vendors.all(),
        "changes": found.changes.order_by("-at")[:SHOWN],
        "alerts": found.alerts.select_related("ticket").order_by("-id")[:SHOWN],
        "watched": shares.watched_of(found.pk),
        "kinds": [(kind, Check.Kind(kind).label) for kind in FIELDS],
        "needed": set(found.depends_on.values_list("pk", flat=True)),
        "using": set(found.districts.values_list("pk", flat=True)),
        "others": Component.objects.exclude(pk=pk).filter(retired_at=None),
        "districts": District.objects.order_by("name"),
        "agents": working_agents(),
        "impacts": list(Impact),
        **_reader(request),
    }
    return render(request, "monitoring/component.html", context)


@require_POST
@managers_only
def retirement(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /components/<pk>/retirement` with `on`: yes or no, which takes it back."""
    editing.retire(editing.component(pk), on=request.POST.get("on") != "no")
    return redirect("components")


@require_http_methods(["GET", "POST"])
@managers_only
def new_check(request: HttpRequest, pk: int) -> HttpResponse:
    """`/components/<pk>/checks?kind=http`: the form of a new check; `POST` makes it, or tries it."""
    of = editing.component(pk)
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    if kind not in FIELDS:
        raise Refused("Choose what kind of check it is.")
    return _check_form(request, of, kind, None)


@require_http_methods(["GET", "POST"])
@agents_only
def check(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`/checks/<pk>`: what it found; a manager's `POST` saves its settings."""
    found = editing.check(pk)
    if request.method == "POST":
        return _change(request, pk)
    return _check_form(request, found.component, found.kind, found)


@require_POST
@managers_only
def check_pause(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /checks/<pk>/pause` with `on`: yes or no."""
    editing.pause(editing.check(pk), on=request.POST.get("on") != "no")
    return redirect("check", pk=pk)


@require_POST
@managers_only
def check_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /checks/<pk>/removal`."""
    found = editing.check(pk)
    editing.remove(found)
    return redirect("component", pk=found.component_id)


@managers_only
def _add(request: HttpRequest) -> HttpResponse:
    return redirect("component", pk=editing.add_component(request.POST.dict()).pk)


@managers_only
def _save(request: HttpRequest, pk: int) -> HttpResponse:
    form = request.POST
    editing.save_component(
        editing.component(pk), form.dict(), form.getlist("depends_on"), form.getlist("districts")
    )
    return redirect("component", pk=pk)


@managers_only
def _change(request: HttpRequest, pk: int) -> HttpResponse:
    found = editing.check(pk)
    return _check_form(request, found.component, found.kind, found)


def _check_form(
    request: HttpRequest, of: Component, kind: str, found: Check | None
) -> HttpResponse:
    """The form, filled with what was sent or is saved; what was wrong stands above it."""
    values, refused = _values(request, kind, found), ""
    if request.method == "POST":
        try:
            made = editing.save_check(request.POST.dict(), of, found)
        except Refused as error:
            refused = str(error)
        else:
            return redirect("check", pk=made.pk)
    context = {
        "component": of,
        "check": found,
        "kind": kind,
        "kind_name": Check.Kind(kind).label,
        "fields": FIELDS[kind],
        "values": values,
        "refused": refused,
        "changes": found.changes.order_by("-at")[:SHOWN] if found else [],
        "target": KINDS[kind].target(found.asks) if found else "",
        "timings": drawing.timings(found) if found else None,
        **_reader(request),
    }
    return render(request, "monitoring/check.html", context, status=422 if refused else 200)


def _values(request: HttpRequest, kind: str, found: Check | None) -> dict[str, Any]:
    if request.method == "POST":
        return request.POST.dict()
    if found is None:
        return {}
    rhythm = {"name": found.name, "every": found.every, "timeout": found.timeout}
    return {**KINDS[kind].shown(found.asks), **rhythm, "retries": found.retries}


def _reader(request: HttpRequest) -> dict[str, Any]:
    agent = agent_of(request)
    return {"here": agent.person.zone or the_desk().zone, "may_edit": agent.manages}
