"""Calendars read from elsewhere: one's own leave, and the shifts of a schedule (S9)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from deskbell.lib.outside import asking_outside
from deskbell.oncall import schedules, subscriptions
from deskbell.oncall.models import Schedule
from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.people.models import Agent


@require_POST
@agents_only
def leave(request: HttpRequest) -> HttpResponse:
    """`POST /oncall/absences/calendar` with `address`, or with `stop`."""
    _change(request, agent_of(request))
    return redirect("/oncall/mine#away")


@require_POST
@managers_only
def shifts(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /oncall/schedules/<number>/subscription` with `address`, or with `stop`."""
    found = schedules.schedule_numbered(number)
    _change(request, found)
    return redirect(f"/oncall/schedules/{found.pk}#read")


def _change(request: HttpRequest, of: Agent | Schedule) -> None:
    if "stop" in request.POST:
        subscriptions.unsubscribe(of)
    else:
        with asking_outside():
            subscriptions.subscribe(of, request.POST.get("address", ""))
