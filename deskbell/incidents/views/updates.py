"""Writing an update: the composer, its preview, and publishing it once (K11)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.incidents import composing, times, updating, wordings
from deskbell.incidents.desk import composer, page
from deskbell.incidents.models import Incident, Phase
from deskbell.lib.errors import Refused
from deskbell.people.access import agent_of, agents_only, managers_only


@require_http_methods(["GET", "POST"])
@agents_only
def update(request: HttpRequest, number: int) -> HttpResponseBase:
    """`/incidents/<number>/update?phase=`: write one; a `POST` tells it to everyone."""
    found = page.incident_numbered(number)
    if request.method == "POST":
        return _publish(request, found)
    phase = request.GET.get("phase", "")
    written = composer.begun(found, phase if phase in Phase.values else found.phase)
    return _composer(request, found, {**written, "key": uuid4().hex})


@require_POST
@agents_only
def preview(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /incidents/<number>/update/preview`: what a customer of `district` would read, and who would."""
    found = page.incident_numbered(number)
    context = composer.preview(found, request.POST.dict(), here=times.zone_of(agent_of(request)))
    return render(request, "incidents/_preview.html", context)


@require_http_methods(["GET", "POST"])
@agents_only
def templates(request: HttpRequest) -> HttpResponseBase:
    """`/incidents/templates`: how an update of each phase begins; a manager's `POST` changes one."""
    return _save(request) if request.method == "POST" else _templates(request)


def _publish(request: HttpRequest, found: Incident) -> HttpResponse:
    """What was wrong stands above the form, and nothing that was written is lost: a script's form stays
    as it is, any other is drawn again."""
    agent, by_script = agent_of(request), "HX-Request" in request.headers
    try:
        draft = composing.draft_of(request.POST.dict(), found, here=times.zone_of(agent))
        updating.publish(found, draft, by=agent)
    except Refused as error:
        if by_script:
            raise
        return _composer(request, found, composer.written(request.POST.dict(), found), str(error))
    if by_script:
        address = reverse("incident", args=[found.pk])
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect("incident", number=found.pk)


def _composer(
    request: HttpRequest, found: Incident, written: dict[str, Any], refused: str = ""
) -> HttpResponse:
    here = times.zone_of(agent_of(request))
    context = {
        **composer.context(found, written),
        **composer.preview(found, composer.as_form(written), here=here),
        "form_zone": here,
        "refused": refused,
    }
    return render(request, "incidents/update.html", context, status=422 if refused else 200)


@managers_only
def _save(request: HttpRequest) -> HttpResponse:
    form = request.POST
    phase, text, text_es = (form.get(name, "") for name in ("phase", "text", "text_es"))
    try:
        wordings.save(phase, text, text_es, by=agent_of(request))
    except Refused as error:
        if phase not in Phase.values:
            raise
        return _templates(request, {phase: (text, text_es)}, str(error))
    return redirect("incident-templates")


def _templates(
    request: HttpRequest, written: dict[str, tuple[str, str]] | None = None, refused: str = ""
) -> HttpResponse:
    context = {
        "words": wordings.words_of_phases().items(),
        "defaults": wordings.DEFAULTS,
        "variables": wordings.VARIABLES.items(),
        "written": written or {},
        "refused": refused,
        "may_edit": agent_of(request).manages,
    }
    return render(request, "incidents/templates.html", context, status=422 if refused else 200)
