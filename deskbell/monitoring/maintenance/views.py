"""The screens of maintenance windows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.zones import zone
from deskbell.monitoring import watched
from deskbell.monitoring.maintenance import planning
from deskbell.monitoring.models import Maintenance
from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.people.desk import the_desk

SHOWN = 30
_EMPTY = dict.fromkeys(("title", "text", "starts", "ends"), "")


@require_http_methods(["GET", "POST"])
@agents_only
def maintenance(request: HttpRequest) -> HttpResponseBase:
    """`GET /maintenance`, with `?component=` chosen already; a manager's `POST` plans a window."""
    return _save(request, None) if request.method == "POST" else _list(request)


@require_http_methods(["GET", "POST"])
@agents_only
def window(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`/maintenance/<pk>`: what it is; a manager's `POST` changes it."""
    found = planning.window(pk)
    return _save(request, found) if request.method == "POST" else _page(request, found)


@require_POST
@managers_only
def cancellation(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /maintenance/<pk>/cancellation` with `on`: yes, or no, which takes it back."""
    planning.cancel(pk, on=request.POST.get("on") != "no")
    return redirect("maintenance")


@require_POST
@managers_only
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /maintenance/<pk>/end` with `on`: yes, or no, which takes it back."""
    planning.end_now(pk, on=request.POST.get("on") != "no")
    return redirect("maintenance")


@managers_only
def _save(request: HttpRequest, found: Maintenance | None) -> HttpResponse:
    """What was wrong stands above the form, and nothing that was written is lost."""
    agent, form = agent_of(request), request.POST
    try:
        planning.save(
            form.dict(),
            form.getlist("components"),
            by=agent,
            here=agent.person.zone or the_desk().zone,
            found=found,
        )
    except Refused as error:
        written = {**_EMPTY, **form.dict(), "components": set(form.getlist("components"))}
        if found:
            return _page(request, found, written, str(error))
        return _list(request, written, str(error))
    return redirect("maintenance")


def _list(
    request: HttpRequest, written: dict[str, Any] | None = None, refused: str = ""
) -> HttpResponse:
    now = clock.now()
    windows = Maintenance.objects.prefetch_related("components").select_related("made_by__person")
    here = agent_of(request).person.zone or the_desk().zone
    context = {
        "open": [each for each in windows.covering(now).order_by("ends_at") if each.is_open],
        "coming": windows.coming(now)[:SHOWN],
        "past": windows.exclude(cancelled_at=None, ended_at=None, ends_at__gt=now).order_by(
            "-starts_at"
        )[:SHOWN],
        "now": now,
        **_form(request, written or _usual(request.GET.get("component", ""), here), here, refused),
    }
    return render(request, "monitoring/maintenance.html", context, status=422 if refused else 200)


def _page(
    request: HttpRequest,
    found: Maintenance,
    written: dict[str, Any] | None = None,
    refused: str = "",
) -> HttpResponse:
    context = {"window": found, **_form(request, written or _values(found), found.zone, refused)}
    return render(
        request, "monitoring/maintenance_window.html", context, status=422 if refused else 200
    )


def _form(request: HttpRequest, values: dict[str, Any], here: str, refused: str) -> dict[str, Any]:
    return {
        "values": values,
        "form_zone": here,
        "components": watched.choices(),
        "refused": refused,
        "may_edit": agent_of(request).manages,
    }


def _usual(component: str, here: str) -> dict[str, Any]:
    """An hour, from the next full hour on."""
    starts = (clock.now() + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    return {
        "title": "",
        "text": "",
        "starts": _written(starts, here),
        "ends": _written(starts + timedelta(hours=1), here),
        "components": {component},
        "public": "yes",
    }


def _values(found: Maintenance) -> dict[str, Any]:
    return {
        "title": found.title,
        "text": found.text,
        "starts": _written(found.starts_at, found.zone),
        "ends": _written(found.ends_at, found.zone),
        "weekly": "yes" if found.weekly else "",
        "public": "yes" if found.public else "",
        "last_on": found.last_on.isoformat() if found.last_on else "",
        "components": {str(each.pk) for each in found.components.all()},
    }


def _written(at: datetime, here: str) -> str:
    return f"{at.astimezone(zone(here)):%Y-%m-%dT%H:%M}"
