"""The screens of heartbeats: all of them, and one with its address, its pings and its line of states."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deskbell.lib import clock
from deskbell.monitoring import watched
from deskbell.monitoring.heartbeats import drawing, editing
from deskbell.monitoring.heartbeats.due import NOT_DUE
from deskbell.monitoring.lengths import written
from deskbell.monitoring.models import Check
from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.people.desk import the_desk

SHOWN = 50


@require_http_methods(["GET", "POST"])
@agents_only
def heartbeats(request: HttpRequest) -> HttpResponseBase:
    """`GET /heartbeats`; a manager's `POST` makes one."""
    if request.method == "POST":
        return _make(request)
    listed = Check.objects.filter(kind=Check.Kind.HEARTBEAT).select_related("component")
    context = {
        "heartbeats": [(each, editing.rhythm(each)) for each in listed.order_by("name", "id")],
        "may_edit": agent_of(request).manages,
        **_form(),
    }
    return render(request, "monitoring/heartbeats.html", context)


@require_http_methods(["GET", "POST"])
@agents_only
def heartbeat(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`GET /heartbeats/<pk>`; a manager's `POST` saves it. Who doesn't manage sees no address."""
    check = editing.get(pk)
    if request.method == "POST":
        return _save(request, pk)
    pings = list(check.pings.order_by("-id")[:SHOWN])
    manages = agent_of(request).manages
    context = {
        "check": check,
        "rhythm": editing.rhythm(check),
        "grace": written(check.timeout),
        "overdue": check.next_at if check.next_at < NOT_DUE else None,
        "pings": drawing.shown(pings),
        "address": settings.DESK_URL + reverse("ping", args=[check.token]) if manages else "",
        "push": settings.DESK_URL + reverse("push", args=[check.token.hex]) if manages else "",
        "may_edit": manages,
        "now": clock.now(),
        **drawing.timeline(check, pings),
        **_form(check),
    }
    return render(request, "monitoring/heartbeat.html", context)


@require_POST
@managers_only
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /heartbeats/<pk>/pause`: `on=yes` or `no`."""
    editing.pause(editing.get(pk), on=request.POST.get("on") != "no")
    return redirect("heartbeat", pk=pk)


@require_POST
@managers_only
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /heartbeats/<pk>/removal`."""
    editing.remove(editing.get(pk))
    return redirect("heartbeats")


@require_GET
@agents_only
def ping_body(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """`GET /heartbeats/<pk>/pings/<number>`: the bytes as they came, never drawn by the browser."""
    return HttpResponse(editing.body_of(pk, number), content_type="text/plain; charset=utf-8")


@managers_only
def _make(request: HttpRequest) -> HttpResponse:
    return redirect("heartbeat", pk=editing.save(request.POST.dict()).pk)


@managers_only
def _save(request: HttpRequest, pk: int) -> HttpResponse:
    editing.save(request.POST.dict(), editing.get(pk))
    return redirect("heartbeat", pk=pk)


def _form(check: Check | None = None) -> dict[str, object]:
    return {
        "components": watched.choices(),
        "component": check.component.key if check else "",
        "name": check.name if check else "",
        "every": written(check.every) if check else "1 h",
        "grace_written": written(check.timeout) if check else "15 min",
        "cron": check.asks.get("cron", "") if check else "",
        "cron_zone": (check.asks.get("zone") if check else "") or the_desk().zone,
    }
