"""The page of an alert: what it is, who has it, and all that happened."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from deskbell.lib.errors import NotFound
from deskbell.monitoring.alerting import silencing
from deskbell.monitoring.models import Alert
from deskbell.oncall.alerts.story import bodies_of, story_of_alert
from deskbell.oncall.calls.story import milestones
from deskbell.oncall.models import Call
from deskbell.people.access import agent_of, agents_only
from deskbell.people.desk import the_desk


@require_GET
@agents_only
def alert(request: HttpRequest, number: int) -> HttpResponse:
    """`GET /alerts/<number>`."""
    found = (
        Alert.objects.select_related(
            "source", "component", "ticket", "silence__made_by__person", "hidden_by"
        )
        .filter(pk=number)
        .first()
    )
    if found is None:
        raise NotFound("There is no such alert.")
    moments = story_of_alert(found)
    context = {
        "alert": found,
        "calls": list(Call.objects.filter(ticket=found.ticket_id).order_by("-id")[:5])
        if found.ticket_id
        else [],
        "moments": moments,
        "milestones": milestones(moments),
        "mentions": bodies_of(found)[:20],
        "hides": list(found.hides.open().order_by("id")[:20]),
        "lengths": silencing.LENGTHS,
        "usual": silencing.USUAL_REASON,
        "here": agent_of(request).person.zone or the_desk().zone,
    }
    return render(request, "oncall/alert.html", context)
