"""The screen of gaps: what is promised in the coming ninety days and has nobody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from deskbell.oncall.gaps import drawing, keeping
from deskbell.oncall.models import GapAccepted
from deskbell.people.access import agent_of, agents_only
from deskbell.people.desk import the_desk

SHOWN = 20


@require_http_methods(["GET", "POST"])
@agents_only
def gaps(request: HttpRequest) -> HttpResponse:
    """`GET /oncall/gaps` shows what was found last; `POST` looks again now."""
    if request.method == "POST":
        keeping.recompute()
        return redirect("gaps")
    accepted = GapAccepted.objects.select_related("by__person").order_by("-id")[:SHOWN]
    context = {**shown(agent_of(request).person.zone or the_desk().zone), "accepted": accepted}
    return render(request, "oncall/gaps/list.html", context)


def shown(zone: str) -> dict[str, Any]:
    """What the list draws, and the block that the rota's screen includes (`oncall/gaps/_block.html`)."""
    strips = drawing.strips(keeping.stored())
    return {
        "strips": strips,
        "months": drawing.ticks(zone),
        "reader_zone": zone,
        "any_gap": any(strip.missing for strip in strips),
        "any_warning": any(strip.warned for strip in strips),
    }
