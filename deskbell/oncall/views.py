"""The rota's screen, the page behind a pager's link, and the button on a ticket."""

from __future__ import annotations

from datetime import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.lib.errors import Refused
from deskbell.oncall import drawing, replies, schedules
from deskbell.oncall.gaps.guarding import minding_gaps
from deskbell.oncall.gaps.views import shown as gaps_shown
from deskbell.oncall.models import Schedule
from deskbell.people.access import agent_of, agents_only
from deskbell.people.models import Agent
from deskbell.people.teams import working_agents
from deskbell.tickets.access import ticket_for


@require_http_methods(["GET", "POST"])
@agents_only
@minding_gaps("the rota")
def rota(request: HttpRequest) -> HttpResponse:
    """`GET /oncall` shows the coming four weeks; `POST` saves the order of people."""
    schedule = schedules.ensure_default_schedule()
    if request.method == "POST":
        if not _may_edit(agent_of(request)):
            raise Refused("Only managers and administrators change the rota.")
        _save(request, schedule)
        return redirect("oncall")
    context = {
        **drawing.picture(schedule),
        **gaps_shown(agent_of(request).person.zone or schedule.zone),
        "may_edit": _may_edit(agent_of(request)),
        "agents": working_agents(),
    }
    return render(request, "oncall/rota.html", context)


@csrf_exempt  # the link itself is the secret, and a phone's mail app may keep no cookies
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """`/page/<token>`, without sign-in. A GET shows, and never acknowledges: mail scanners open links."""
    if request.method == "POST":
        replies.acknowledge_by_link(token)
        return redirect("page", token=token)
    found = replies.page_of(token)
    waiting = replies.is_waiting_for_someone(found.call.ticket)
    context = {"page": found, "waiting": waiting, **drawing.call_story(found.call, found.agent)}
    answer = render(request, "oncall/page.html", context)
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@require_POST
@agents_only
def acknowledgement(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/acknowledgement`: the agent takes it in hand."""
    replies.acknowledge(ticket_for(request.user, number), by=agent_of(request))
    if "HX-Request" in request.headers:
        return HttpResponse(status=204)  # the live stream draws what has changed
    return redirect(f"/tickets/{number}")


def _may_edit(agent: Agent) -> bool:
    return agent.role in {Agent.Role.MANAGER, Agent.Role.ADMINISTRATOR}


def _save(request: HttpRequest, schedule: Schedule) -> None:
    form = request.POST
    places = {
        agent: int(form[f"place-{agent.pk}"])
        for agent in working_agents()
        if form.get(f"place-{agent.pk}", "").isdecimal()
    }
    if not places:
        raise Refused("Give at least one person a place in the order.")
    now = schedules.in_order([form["now"]]) if form.get("now", "").isdecimal() else []
    people = sorted(places, key=lambda agent: places[agent])
    schedules.save_rota(
        schedule,
        people,
        zone_name=form.get("zone", "").strip(),
        weekday=_weekday(form.get("weekday", "")),
        at=_time(form.get("at", "")),
        now_on_call=now[0] if now and now[0] in people else people[0],
    )


def _weekday(text: str) -> int:
    if text not in set("0123456"):
        raise Refused("Choose the weekday on which the next person takes over.")
    return int(text)


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise Refused(f"“{text}” is no time of day: write it like 09:00.") from None
