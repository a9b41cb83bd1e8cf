"""The screens of a component's checks: what they ask, what they found, and trying them before."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.lib.errors import Refused
from deskbell.monitoring.checks import trying
from deskbell.monitoring.checks.kinds import KINDS
from deskbell.monitoring.components import checking, drawing, editing
from deskbell.monitoring.components.fields import FIELDS
from deskbell.monitoring.components.views import SHOWN, reader
from deskbell.monitoring.models import Check, Component
from deskbell.people.access import agents_only, managers_only


@require_http_methods(["GET", "POST"])
@managers_only
def new_check(request: HttpRequest, pk: int) -> HttpResponse:
    """`/components/<pk>/checks?kind=http`: the form of a new check; `POST` makes it."""
    return _form(request, editing.component(pk), _kind(request), None)


@require_http_methods(["GET", "POST"])
@agents_only
def check(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`/checks/<pk>`: what it found, `?range=day|month|year`; a manager's `POST` saves its settings."""
    found = checking.check(pk)
    if request.method == "POST":
        return _change(request, pk)
    return _form(request, found.component, found.kind, found)


@require_POST
@managers_only
def new_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /components/<pk>/trial`: asks once what the form of a new check says, and keeps nothing."""
    return _try(request, editing.component(pk), _kind(request), None)


@require_POST
@managers_only
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /checks/<pk>/trial`: asks once what the form says; secrets left empty are those saved."""
    found = checking.check(pk)
    return _try(request, found.component, found.kind, found)


@require_POST
@managers_only
def check_pause(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /checks/<pk>/pause` with `on`: yes or no."""
    checking.pause(checking.check(pk), on=request.POST.get("on") != "no")
    return redirect("check", pk=pk)


@require_POST
@managers_only
def check_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /checks/<pk>/removal`."""
    found = checking.check(pk)
    checking.remove(found)
    return redirect("component", pk=found.component_id)


@managers_only
def _change(request: HttpRequest, pk: int) -> HttpResponse:
    found = checking.check(pk)
    return _form(request, found.component, found.kind, found)


def _kind(request: HttpRequest) -> str:
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    if kind not in FIELDS:
        raise Refused("Choose what kind of check it is.")
    return kind


def _form(request: HttpRequest, of: Component, kind: str, found: Check | None) -> HttpResponse:
    """The form, filled with what was sent or is saved; what was wrong stands above it."""
    refused = ""
    if request.method == "POST":
        try:
            made = checking.save_check(request.POST.dict(), of, found)
        except Refused as error:
            refused = str(error)
        else:
            return redirect("check", pk=made.pk)
    return _page(request, of, kind, found, {"refused": refused})


def _try(request: HttpRequest, of: Component, kind: str, found: Check | None) -> HttpResponse:
    """What the try found: for htmx alone, so that secrets that were typed stay in their fields."""
    result: dict[str, Any] = {"refused_try": "", "tried": None}
    try:
        read = checking.read_check(request.POST.dict(), found)
        result["tried"] = trying.try_once(kind, read.asks, read.secrets, read.timeout)
    except Refused as error:
        result["refused_try"] = str(error)
    if "HX-Request" in request.headers:
        return render(request, "monitoring/_tried.html", result)
    return _page(request, of, kind, found, result)


def _page(
    request: HttpRequest, of: Component, kind: str, found: Check | None, more: dict[str, Any]
) -> HttpResponse:
    within = request.GET.get("range", "day")
    context = {
        "component": of,
        "check": found,
        "kind": kind,
        "kind_name": Check.Kind(kind).label,
        "fields": FIELDS[kind],
        "values": _values(request, kind, found),
        "changes": found.changes.order_by("-at", "-id")[:SHOWN] if found else [],
        "target": KINDS[kind].target(found.asks) if found else "",
        "timings": drawing.timings(found, within) if found else None,
        "ranges": drawing.RANGES,
        **reader(request),
        **{"refused": "", "refused_try": "", "tried": None},
        **more,
    }
    status = 422 if context["refused"] else 200
    return render(request, "monitoring/check.html", context, status=status)


def _values(request: HttpRequest, kind: str, found: Check | None) -> dict[str, Any]:
    if request.method == "POST":
        return request.POST.dict()
    if found is None:
        return {}
    rhythm = {"name": found.name, "every": found.every, "timeout": found.timeout}
    return {**KINDS[kind].shown(found.asks), **rhythm, "retries": found.retries}
