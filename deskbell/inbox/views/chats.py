"""The page of chats: who waits, who has whom; taking one, handing it over, making it a ticket; its rules."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from deskbell.chat import takers
from deskbell.chat.addresses import proved_address
from deskbell.chat.handing_over import hand_over
from deskbell.chat.models import Visit
from deskbell.chat.queue import accept
from deskbell.chat.rules import SECONDS, set_rules, the_rules
from deskbell.chat.transcripts import heard_in, note_transcript
from deskbell.inbox import chats, chats_live
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import primary_key, whole
from deskbell.mail.transcripts import queue_transcript
from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.people.models import Agent, Person, Team
from deskbell.people.notices import topic_of_agent
from deskbell.realtime.topics import sign
from deskbell.tickets.access import ticket_for
from deskbell.tickets.chatting import make_ticket


@require_GET
@agents_only
def queue(request: HttpRequest) -> HttpResponse:
    """`GET /inbox/chats`: those that wait, one's own, and the colleagues'."""
    agent, live = agent_of(request), _token(request)
    context = {
        "live": live,
        "modules": ["inbox/chats.js"],
        "chats": chats.going_on(),
        "shown": chats.SHOWN,
        "taking": takers.is_taking(agent),
        "takers": [taker.agent for taker in takers.here()],
        "rules": the_rules(),
    }
    return render(request, "inbox/chats.html", context)


@require_GET
@agents_only
def token(request: HttpRequest) -> HttpResponse:
    """`GET /inbox/chats/live`: a fresh list of topics, signed."""
    return JsonResponse({"topics": _token(request)})


@require_GET
@agents_only
def mine(request: HttpRequest) -> HttpResponse:
    """`GET /inbox/chats/mine`: one's own chats as a strip, for the page of a ticket."""
    return render(request, "inbox/_my_chats.html", {"chats": chats.mine(agent_of(request))})


@require_POST
@agents_only
def taking(request: HttpRequest) -> HttpResponse:
    """`POST /inbox/chats/taking`: “I take chats”, `yes` or anything else."""
    takers.set_taking(agent_of(request), request.POST.get("taking") == "yes")
    return redirect("chats")


@require_POST
@agents_only
def presence(request: HttpRequest) -> HttpResponse:
    """`POST /inbox/chats/presence`: a page of the desk is open here; once a minute."""
    takers.see(agent_of(request))
    return HttpResponse(status=204)


@require_POST
@agents_only
def acceptance(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`POST /inbox/chats/<pk>/acceptance`: take it, and go there."""
    ticket = accept(_visit(request, pk), by=agent_of(request))
    return _to(request, reverse("ticket", args=[ticket.number]))


@require_POST
@agents_only
def handover(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`POST /inbox/chats/<pk>/handover`: `to` is `agent-<pk>` or `team-<pk>`, with a `note`."""
    kind, _, key = request.POST.get("to", "").partition("-")
    to: Agent | Team
    if kind == "team":
        to = get_object_or_404(Team, pk=primary_key(key))
    else:
        to = get_object_or_404(Agent.objects.select_related("person"), pk=primary_key(key))
    hand_over(_visit(request, pk), to, why=request.POST.get("note", ""), by=agent_of(request))
    return _to(request, reverse("chats"))


@require_POST
@agents_only
def ticket(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`POST /inbox/chats/<pk>/ticket`: it goes on by mail, with a category and an impact."""
    form = request.POST
    made = make_ticket(
        _visit(request, pk).ticket,
        category=form.get("category", ""),
        impact=form.get("impact", ""),
        by=agent_of(request),
    )
    return _to(request, reverse("ticket", args=[made.number]))


@require_POST
@agents_only
def transcript(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`POST /inbox/chats/<pk>/transcript`: mail the visitor what they have heard and said, as a whole, to the
    address that is proved to be theirs."""
    visit = _visit(request, pk)
    to = proved_address(visit.visitor)
    if not to:
        raise Refused("Nobody has confirmed their address yet, by the link that was mailed there.")
    messages = heard_in(visit).select_related("author").prefetch_related("attachments")
    with transaction.atomic():
        note_transcript(visit)
        queue_transcript(visit.ticket, list(messages), Person.objects.with_address(to))
    return _to(request, reverse("ticket", args=[visit.ticket.number]))


@require_GET
@agents_only
def rules(request: HttpRequest) -> HttpResponse:
    """`GET /inbox/chats/rules`: how the desk hands its chats out."""
    return render(request, "inbox/chat_rules.html", {"rules": the_rules(), "bounds": SECONDS})


@require_POST
@managers_only
def rules_change(request: HttpRequest) -> HttpResponseBase:
    """`POST /inbox/chats/rules/change`."""
    form = request.POST
    seconds = {name: whole(form.get(name, "")) for name in SECONDS}
    set_rules(
        automatic=form.get("automatic") == "yes",
        most_at_once=whole(form.get("most_at_once", "")),
        **seconds,
    )
    return _to(request, reverse("chats"))


def _visit(request: HttpRequest, pk: int) -> Visit:
    """The conversation, if this person may see its ticket."""
    visit = Visit.objects.filter(pk=pk).first()
    if visit is None:
        raise NotFound("There is no such chat.")
    visit.ticket = ticket_for(request.user, visit.ticket_id)
    return visit


def _to(request: HttpRequest, path: str) -> HttpResponseBase:
    """Go there: htmx follows a header, a browser without a script a redirection."""
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": path})
    return redirect(path)


def _token(request: HttpRequest) -> str:
    return sign([chats_live.TOPIC, topic_of_agent(agent_of(request).pk)])
