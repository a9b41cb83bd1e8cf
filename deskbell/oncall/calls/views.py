"""The screens of calls: which ring, the story of one, and its buttons."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.zones import zone
from deskbell.oncall import repaging, replies
from deskbell.oncall.calls.story import milestones, story_of, took
from deskbell.oncall.models import Call
from deskbell.people.access import agent_of, agents_only
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent
from deskbell.tickets.access import ticket_for

SHOWN = 100
SNOOZES = {"30": "30 minutes", "60": "1 hour", "120": "2 hours", "240": "4 hours", "480": "8 hours"}


@require_GET
@agents_only
def calls(request: HttpRequest) -> HttpResponse:
    """`GET /oncall/calls`: those that ring or are held, then the newest that have ended."""
    every = Call.objects.select_related("ticket", "answered_by__person", "alert__source")
    standing = list(every.standing().order_by("-id")[:SHOWN])
    ended = every.exclude(state__in=["ringing", "held"]).order_by("-id")[:SHOWN]
    context = {"standing": standing, "ended": [(call, took(call)) for call in ended]}
    return render(request, "oncall/calls.html", context)


@require_GET
@agents_only
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """`GET /oncall/calls/<pk>`: the whole story, and one big button while it rings."""
    found = _call(request, pk)
    moments = story_of(found)
    context = {
        "call": found,
        "ticket": found.ticket,
        "moments": moments,
        "milestones": milestones(moments),
        "waiting": replies.is_waiting_for_someone(found.ticket),
        "mine": found.answered_by == agent_of(request),
        "took": took(found),
        "snoozes": SNOOZES,
        "is_open": found.ticket.state not in {"solved", "closed"},
    }
    return render(request, "oncall/call.html", context)


@require_POST
@agents_only
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /oncall/calls/<pk>/answer`: the agent has it in hand."""
    replies.acknowledge(_call(request, pk).ticket, by=agent_of(request))
    return redirect("call", pk=pk)


@require_POST
@agents_only
def takeover(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /oncall/calls/<pk>/takeover`: from whoever had it."""
    repaging.take_over(_call(request, pk).ticket, by=agent_of(request))
    return redirect("call", pk=pk)


@require_POST
@agents_only
def snooze(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /oncall/calls/<pk>/snooze` with `minutes`, or `until` by the agent's wall clock."""
    agent = agent_of(request)
    until = _until(request.POST.get("until", ""), request.POST.get("minutes", ""), agent)
    repaging.snooze(_call(request, pk).ticket, until=until, by=agent)
    return redirect("call", pk=pk)


def _call(request: HttpRequest, pk: int) -> Call:
    found = (
        Call.objects.filter(pk=pk)
        .select_related("ticket", "alert__source", "answered_by__person")
        .first()
    )
    if found is None:
        raise NotFound("There is no such call.")
    ticket_for(request.user, found.ticket_id)
    return found


def _until(text: str, minutes: str, agent: Agent) -> datetime:
    if not text:
        if minutes not in SNOOZES:
            raise Refused("Say until when: choose one of the times, or write an instant.")
        return clock.now() + timedelta(minutes=int(minutes))
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(f"“{text}” is no time: write it like 2026-11-24T08:00.") from None
    return local.replace(tzinfo=zone(agent.person.zone or the_desk().zone))
