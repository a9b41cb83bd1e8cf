"""The form of a temporary schedule, and the way back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.oncall import schedules, temporaries
from deskbell.oncall.gaps.guarding import minding_gaps
from deskbell.oncall.rotas import forms
from deskbell.people.access import agent_of, managers_only
from deskbell.people.teams import working_agents


@require_http_methods(["GET", "POST"])
@managers_only
@minding_gaps("a temporary schedule")
def temporary(request: HttpRequest, number: int) -> HttpResponse:
    """`/oncall/schedules/<number>/temporary`: the form; `POST` makes it and shows it, with Undo."""
    found = schedules.schedule_numbered(number)
    if request.method == "POST":
        start, end = forms.span(request.POST, found.zone)
        people = [forms.agent_named(each) for each in request.POST.getlist("people")[:100]]
        made = temporaries.plan(
            found,
            [agent for agent in people if agent],
            start,
            end,
            reason=request.POST.get("reason", "").strip(),
            by=agent_of(request),
        )
        day = forms.local(made.starts_at, found.zone)[:10]
        return redirect(f"/oncall/schedules/{found.pk}?day={day}&planned={made.pk}")
    return render(request, "oncall/temporary.html", {"schedule": found, "agents": working_agents()})


@require_POST
@managers_only
@minding_gaps("a temporary schedule taken back")
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /oncall/temporary/<number>/undo`: back to the calendar without it."""
    made = temporaries.temporary_numbered(number)
    temporaries.undo(made, by=agent_of(request))
    day = forms.local(made.starts_at, made.schedule.zone)[:10]
    return redirect(f"/oncall/schedules/{made.schedule_id}?day={day}&unplanned={made.pk}")
