"""The screen of drills: plan one, run it now, see how quickly people were there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.oncall.drills import drawing, planning
from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.people.desk import the_desk
from deskbell.tickets.impacts import Impact


@require_http_methods(["GET"])
@agents_only
def drills(request: HttpRequest) -> HttpResponse:
    """`GET /oncall/drills`."""
    me = agent_of(request)
    context = {
        "drills": drawing.drills(),
        "impacts": Impact.choices,
        "may_edit": me.manages,
        "reader_zone": me.person.zone or the_desk().zone,
        "desk_zone": the_desk().zone,
    }
    return render(request, "oncall/drills/list.html", context)


@require_POST
@managers_only
def add(request: HttpRequest) -> HttpResponse:
    """`POST /oncall/drills/plan`."""
    form = request.POST
    planning.add(
        form.get("name", ""),
        form.get("every", ""),
        form.get("at", ""),
        form.get("impact", ""),
        by=agent_of(request),
    )
    return redirect("drills")


@require_POST
@managers_only
def run(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /oncall/drills/<number>/runs`: one now."""
    planning.begin(planning.drill_numbered(number))
    return redirect("drills")


@require_POST
@managers_only
def pause(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /oncall/drills/<number>/pause`: `paused` is 1, or 0 to go on."""
    planning.pause(planning.drill_numbered(number), paused=request.POST.get("paused") != "0")
    return redirect("drills")


@require_POST
@managers_only
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /oncall/drills/<number>/removal`."""
    planning.remove(planning.drill_numbered(number))
    return redirect("drills")
