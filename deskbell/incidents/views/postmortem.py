"""The postmortem of an incident: begun from its timeline, saved as it is typed, published or taken back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.incidents import impact
from deskbell.incidents import postmortem as writing
from deskbell.incidents.desk import page
from deskbell.incidents.models import Postmortem
from deskbell.people.access import agent_of, agents_only

HINTS = {
    "what_happened": "For people who were not there. It begins with the timeline: shorten it.",
    "impact": "Whom it kept from working, and for how long.",
    "causes": "What had to come together. Things and circumstances, not persons.",
    "actions": "What you change, who does it and until when.",
}


@require_http_methods(["GET", "POST"])
@agents_only
def postmortem(request: HttpRequest, number: int) -> HttpResponseBase:
    """`GET /incidents/<number>/postmortem`; a `POST` begins it, or keeps those of its parts that it sends."""
    found = page.incident_numbered(number)
    if request.method == "POST":
        return _write(request, number)
    written = Postmortem.objects.select_related("written_by__person").filter(incident=found).first()
    parts = [
        (name, label, HINTS[name], getattr(written, name, ""))
        for name, label in writing.PARTS.items()
    ]
    context = {
        "incident": found,
        "postmortem": written,
        "parts": parts,
        "longest": writing.LONGEST,
        "suffered": impact.impact_of(found),
        "modules": ["incidents/postmortem.js"],
    }
    return render(request, "incidents/postmortem.html", context)


@require_POST
@agents_only
def publication(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /incidents/<number>/postmortem/publication`: `on=yes` shows it to customers, `no` hides it."""
    found, agent = page.incident_numbered(number), agent_of(request)
    if request.POST.get("on") == "yes":
        for name in writing.PARTS.keys() & set(request.POST):
            writing.write(found, name, request.POST[name], by=agent)
        writing.publish(found, by=agent)
    else:
        writing.take_back(found, by=agent)
    return redirect("incident-postmortem", number=number)


def _write(request: HttpRequest, number: int) -> HttpResponse:
    found, agent = page.incident_numbered(number), agent_of(request)
    sent = [name for name in writing.PARTS if name in request.POST]
    if not sent:
        writing.begin(found, by=agent)
    for name in sent:
        writing.write(found, name, request.POST[name], by=agent)
    if "HX-Request" in request.headers:
        return HttpResponse(status=204)
    return redirect("incident-postmortem", number=number)
