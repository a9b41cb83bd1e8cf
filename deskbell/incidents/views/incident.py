"""One incident: its page, and what an agent corrects, decides or notes on it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from deskbell.incidents import editing, times
from deskbell.incidents.composing import states_of
from deskbell.incidents.desk import live, page
from deskbell.incidents.models import Incident
from deskbell.incidents.updating import reopen
from deskbell.lib.errors import Refused
from deskbell.lib.numbers import primary_key
from deskbell.people.access import agent_of, agents_only
from deskbell.people.models import Agent, District
from deskbell.people.notices import topic_of_agent
from deskbell.realtime.topics import sign


@require_GET
@agents_only
def incident(request: HttpRequest, number: int) -> HttpResponse:
    """`GET /incidents/<number>?only=&order=`: `only` one of the timeline's filters, `order=oldest`."""
    signed = _token(request, number)
    found, agent = page.incident_numbered(number), agent_of(request)
    context = {
        **page.context(
            found,
            agent=agent,
            only=request.GET.get("only", ""),
            oldest=request.GET.get("order") == "oldest",
        ),
        "began": times.written(found.started_at, agent),
        "form_zone": times.zone_of(agent),
        "live": signed,
        "modules": ["incidents/incident.js"],
    }
    return render(request, "incidents/incident.html", context)


@require_GET
@agents_only
def token(request: HttpRequest, number: int) -> HttpResponse:
    """`GET /incidents/<number>/live`: a fresh list of topics, signed."""
    return JsonResponse({"topics": _token(request, page.incident_numbered(number).pk)})


@require_POST
@agents_only
def facts(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /incidents/<number>/facts`: those of `title`, `severity` and `started` that are sent."""
    found, agent, form = page.incident_numbered(number), agent_of(request), request.POST
    if not {"title", "severity", "started"} & set(form):
        raise Refused("Say what should be different: its title, how bad it is, or when it began.")
    if "title" in form:
        editing.retitle(found, form["title"], by=agent)
    if "severity" in form:
        editing.set_severity(found, form["severity"], by=agent)
    if form.get("started"):
        editing.set_started(found, times.instant(form["started"], times.zone_of(agent)), by=agent)
    return done(request, found)


@require_POST
@agents_only
def components(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /incidents/<number>/components`: `state-<key>` for each; empty takes one out."""
    found, chosen = page.incident_numbered(number), states_of(request.POST.dict())
    if chosen is None:
        raise Refused("Say how the components stand.")
    editing.set_components(found, chosen, by=agent_of(request))
    return done(request, found)


@require_POST
@agents_only
def districts(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /incidents/<number>/districts`: `whom` everyone, chosen (`districts`), or worked_out."""
    found, agent, form = page.incident_numbered(number), agent_of(request), request.POST
    if form.get("whom") == "worked_out":
        editing.work_out_districts(found, by=agent)
        return done(request, found)
    keys = [primary_key(each) for each in form.getlist("districts")]
    chosen = District.objects.filter(pk__in=keys)
    editing.set_districts(found, chosen, everyone=form.get("whom") == "everyone", by=agent)
    return done(request, found)


@require_POST
@agents_only
def roles(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /incidents/<number>/roles`: `role` to the agent `to`, `me`, or nobody."""
    found, agent, form = page.incident_numbered(number), agent_of(request), request.POST
    if form.get("role") not in list(editing.Role):
        raise Refused("Choose a role: the lead, or communications.")
    to = agent if form.get("to") == "me" else _agent(form.get("to", ""))
    editing.give(found, editing.Role(form["role"]), to, by=agent)
    return done(request, found)


@require_POST
@agents_only
def notes(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /incidents/<number>/notes`."""
    found = page.incident_numbered(number)
    editing.note(found, request.POST.get("text", ""), by=agent_of(request))
    return done(request, found)


@require_POST
@agents_only
def reopening(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /incidents/<number>/reopening`."""
    found = page.incident_numbered(number)
    reopen(found, by=agent_of(request))
    return done(request, found)


def done(request: HttpRequest, found: Incident) -> HttpResponse:
    """The page again; a script that sent the form fetches its parts anew, and needs no more than that."""
    if "HX-Request" in request.headers:
        return HttpResponse(status=204)
    return redirect("incident", number=found.pk)


def _agent(key: str) -> Agent | None:
    if not key:
        return None
    return get_object_or_404(Agent.objects.select_related("person"), pk=primary_key(key))


def _token(request: HttpRequest, number: int) -> str:
    return sign([live.topic_of(number), topic_of_agent(agent_of(request).pk)])
