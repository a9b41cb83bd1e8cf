"""The editor of layers: each button sends the whole form and gets it back changed; Save saves it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.oncall import schedules
from deskbell.oncall.gaps.guarding import minding_gaps
from deskbell.oncall.models import Layer, Schedule
from deskbell.oncall.rota.schedule import DAYS
from deskbell.oncall.rotas import calendar, saving
from deskbell.oncall.rotas.draft import Draft
from deskbell.people.access import agent_of, managers_only
from deskbell.people.teams import working_agents

PREVIEWED = 4  # weeks


@require_http_methods(["GET", "POST"])
@managers_only
@minding_gaps("the rota", when=lambda request: request.POST.get("do", "look") == "save")
def layers(request: HttpRequest, number: int) -> HttpResponse:
    """`/oncall/schedules/<number>/layers`: the form; `POST` draws what it would be, `do` changes the draft
    or saves it."""
    schedule = schedules.schedule_numbered(number)
    saved = Draft.of(schedule)
    if request.method != "POST":
        return render(request, "oncall/layers.html", _context(schedule, saved, saved))
    draft, action = Draft.sent(request.POST), request.POST.get("do", "look")
    if action == "save":
        saving.save(schedule, draft, by=agent_of(request))
        return _led_to(request, f"/oncall/schedules/{schedule.pk}")
    known = {person for layer in saved.layers for person in layer.people}
    context = _context(schedule, draft.acted(action, known), saved)
    page = "_layers" if "HX-Request" in request.headers else "layers"
    return render(request, f"oncall/{page}.html", context)


@require_POST
@managers_only
def add(request: HttpRequest) -> HttpResponse:
    """`POST /oncall/schedules`: a schedule with that name; its layers are edited next."""
    made = saving.add_schedule(request.POST.get("name", ""))
    return redirect(f"/oncall/schedules/{made.pk}/layers")


@require_POST
@managers_only
@minding_gaps("a schedule's removal")
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /oncall/schedules/<number>/removal`."""
    saving.remove_schedule(schedules.schedule_numbered(number))
    return redirect("/oncall")


def _context(schedule: Schedule, draft: Draft, saved: Draft) -> dict[str, Any]:
    return {
        "schedule": schedule,
        "draft": draft,
        "agents": working_agents(),
        "units": Layer.Unit.labels,
        "days": DAYS,
        **_preview(draft, saved),
    }


def _preview(draft: Draft, saved: Draft) -> dict[str, Any]:
    """The coming weeks as they would be, or why they can't be drawn yet."""
    now = clock.now()
    try:
        counted = saving.kept(draft, saved, now).counted()
        drawn = calendar.drawn_document(counted, now, PREVIEWED)
    except Refused as refused:
        return {"weeks": [], "unclear": str(refused)}
    return {**drawn, "unclear": ""}


def _led_to(request: HttpRequest, address: str) -> HttpResponse:
    if "HX-Request" not in request.headers:
        return redirect(address)
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = address
    return answer
