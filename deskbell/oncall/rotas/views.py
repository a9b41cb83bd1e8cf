"""The calendar of a schedule, and its overrides."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.numbers import primary_key
from deskbell.oncall import overriding, schedules, subscriptions, temporaries
from deskbell.oncall.gaps.guarding import minding_gaps
from deskbell.oncall.gaps.views import shown as gaps_shown
from deskbell.oncall.models import Override, Schedule, Temporary
from deskbell.oncall.rotas import calendar, forms
from deskbell.oncall.rotas.coming import standing_now
from deskbell.people.access import agent_of, agents_only
from deskbell.people.teams import working_agents


@require_GET
@agents_only
def primary(request: HttpRequest) -> HttpResponse:
    """`GET /oncall`: the calendar of the first schedule."""
    return _calendar(request, schedules.ensure_default_schedule())


@require_GET
@agents_only
def schedule(request: HttpRequest, number: int) -> HttpResponse:
    """`GET /oncall/schedules/<number>?view=week&day=2026-03-06&made=7`."""
    return _calendar(request, schedules.schedule_numbered(number))


@require_http_methods(["GET", "POST"])
@agents_only
@minding_gaps("an override")
def overrides(request: HttpRequest, number: int) -> HttpResponse:
    """The form of an override, filled from the address; `POST` makes it and shows it, with Undo."""
    found = schedules.schedule_numbered(number)
    if request.method == "POST":
        wish = forms.wish(request.POST, found)
        made = overriding.override(found, wish, made_by=agent_of(request))
        day = forms.local(made.starts_at, found.zone)[:10]
        return redirect(f"/oncall/schedules/{found.pk}?day={day}&made={made.pk}")
    return render(request, "oncall/override.html", _override_form(request, found))


@require_POST
@agents_only
def conflicts(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /oncall/schedules/<number>/conflicts`: what one should know before making it (S5)."""
    found = schedules.schedule_numbered(number)
    try:
        told = overriding.conflicts(found, forms.wish(request.POST, found))
    except Refused:
        told = []  # the form is not filled yet
    return render(request, "oncall/_conflicts.html", {"conflicts": told})


@require_POST
@agents_only
@minding_gaps("an override taken back")
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /oncall/overrides/<number>/undo`: back to the calendar without it."""
    made = overriding.override_numbered(number)
    overriding.undo(made, by=agent_of(request))
    day = forms.local(made.starts_at, made.schedule.zone)[:10]
    return redirect(f"/oncall/schedules/{made.schedule_id}?day={day}&undone={made.pk}")


def _calendar(request: HttpRequest, found: Schedule) -> HttpResponse:
    view = request.GET.get("view", "month")
    view = view if view in calendar.VIEWS else "month"
    day = forms.day_of(request.GET.get("day", ""), found.zone)
    earlier, later = calendar.earlier_and_later(view, day)
    standing = standing_now(found)
    named = {agent.pk for turn in standing["turns"] for agent in turn.agents}
    context = {
        **calendar.picture(found, view, day, named),
        **standing,
        **gaps_shown(agent_of(request).person.zone or found.zone),
        **_done(request, found),
        "schedule": found,
        "schedules": schedules.all_schedules(),
        "view": view,
        "day": day,
        "earlier": earlier,
        "later": later,
        "me": agent_of(request),
        "may_edit": agent_of(request).manages,
        "said": overriding.said,
        "said_of": temporaries.said,
        "may_undo": overriding.may_undo,
        "local": forms.local,
        "read": subscriptions.subscription_of(found),
        "feed": f"{settings.DESK_URL}/oncall/calendars/{found.calendar_token}.ics",
    }
    return render(request, "oncall/calendar.html", context)


def _done(request: HttpRequest, found: Schedule) -> dict[str, Any]:
    """What was just made or taken back, and its conflicts (S5)."""
    made, undone, planned, unplanned = (
        primary_key(request.GET.get(name, ""))
        for name in ("made", "undone", "planned", "unplanned")
    )
    shown = _own(found, made)
    told = overriding.conflicts(found, overriding.wish_of(shown), besides=shown) if shown else []
    return {
        "made": shown,
        "undone": _own(found, undone),
        "planned": _planned(found, planned),
        "unplanned": _planned(found, unplanned),
        "conflicts": told,
    }


def _own(found: Schedule, number: int) -> Override | None:
    related = found.overrides.select_related("agent__person", "by__person")
    return related.filter(pk=number).first() if number else None


def _planned(found: Schedule, number: int) -> Temporary | None:
    related = found.temporaries.prefetch_related("agents__person")
    return related.filter(pk=number).first() if number else None


def _override_form(request: HttpRequest, found: Schedule) -> dict[str, Any]:
    given = request.GET
    start = given.get("from", "") or forms.local(clock.now(), found.zone)
    try:
        begins = forms.local(forms.at(start, found.zone), found.zone)
        ends = given.get("to", "") and forms.local(forms.at(given["to"], found.zone), found.zone)
    except Refused:
        begins, ends = "", ""
    return {
        "schedule": found,
        "agents": working_agents(),
        "me": agent_of(request),
        "may_edit": agent_of(request).manages,
        "begins": begins,
        "ends": ends,
        "agent": given.get("agent", ""),
        "by": given.get("by", "" if given.get("agent") else str(agent_of(request).pk)),
    }
