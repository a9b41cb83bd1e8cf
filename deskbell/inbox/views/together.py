"""What agents do on a ticket beside each other: drafts, tags, snoozing, and who else is there."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from deskbell.chat import attention
from deskbell.guidance.asking import asked_about
from deskbell.guidance.progress import progress_in
from deskbell.helpcenter.addresses import of_edition
from deskbell.helpcenter.searching import suggest
from deskbell.inbox import drafts, glances, live
from deskbell.inbox.views.lists import asker_of
from deskbell.inbox.views.ticket import changed
from deskbell.look.languages import USUAL
from deskbell.people.access import agent_of, agents_only
from deskbell.people.districts import current_contract
from deskbell.realtime.publish import publish
from deskbell.tickets.access import ticket_for, tickets_for
from deskbell.tickets.bulk.kinds import read_until
from deskbell.tickets.finding.related import related_to
from deskbell.tickets.snooze_choices import until
from deskbell.tickets.snoozing import snooze, wake
from deskbell.tickets.tagging import tag, untag

MOST_ARTICLES = 4


@require_GET
@agents_only
def beside(request: HttpRequest, number: int) -> HttpResponse:
    """`GET /tickets/<number>/beside`: plan and onboarding of its district, tickets and articles about the
    same."""
    ticket = ticket_for(request.user, number)
    articles = suggest(ticket.subject, agent_of(request).person, USUAL, count=MOST_ARTICLES)
    context = {
        "plan": current_contract(ticket.district) if ticket.district else None,
        "onboarding": progress_in(ticket.district),
        "step": asked_about(ticket),
        "related": related_to(ticket, tickets_for(request.user)),
        "articles": articles.editions,
        "address": of_edition,
    }
    return render(request, "inbox/_beside.html", context)


@require_POST
@agents_only
def draft(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/draft`: keep what is being written; `kind`, `text`, and which `page` it is."""
    ticket, form = ticket_for(request.user, number), request.POST
    kind, page = form.get("kind", ""), form.get("page", "")
    text, agent = form.get("text", ""), agent_of(request)
    drafts.keep(ticket, kind, text, by=agent, page=page)
    if kind == "reply" and text.strip() and (chat := attention.chat_on(ticket)):
        attention.types(chat, by=agent)
    return HttpResponse(status=204)


@require_POST
@agents_only
def presence(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/presence`: `doing` is reading, replying, noting or gone; other pages at this
    ticket hear of it. Kept are what of a live chat was seen and, for a moment, that it is before the agent's
    eyes: unless the page is `hidden`."""
    ticket, agent = ticket_for(request.user, number), agent_of(request)
    doing, is_hidden = request.POST.get("doing", ""), request.POST.get("hidden") == "yes"
    if doing in {"reading", "replying", "noting", "gone"}:
        told = {"agent": agent.pk, "name": str(agent), "doing": doing}
        told["portrait"] = agent.portrait_path
        told["asks"] = request.POST.get("asks") == "yes"  # who comes wants to know who is there
        publish(live.topic_of(ticket), "presence", json.dumps(told))
        glances.note(agent, ticket, looks=doing != "gone" and not is_hidden)
    if (
        doing in {"reading", "replying", "noting"}
        and not is_hidden
        and (chat := attention.chat_on(ticket))
    ):
        attention.team_saw(chat)
    return HttpResponse(status=204)


@require_POST
@agents_only
def tags(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/tags`: put a tag on it."""
    ticket = ticket_for(request.user, number)
    tag(ticket, request.POST.get("tag", ""), by=agent_of(request))
    return changed(request, ticket, ticket.last_sequence)


@require_POST
@agents_only
def tag_removal(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/tags/removal`: take a tag off."""
    ticket = ticket_for(request.user, number)
    untag(ticket, request.POST.get("tag", ""), by=agent_of(request))
    return changed(request, ticket, ticket.last_sequence)


@require_POST
@agents_only
def snoozing(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/snooze`: put it off; `until` as the list offers it."""
    ticket = ticket_for(request.user, number)
    instant = read_until(until(request.POST.get("until", ""), asker_of(request)))
    snooze(ticket, instant, by=agent_of(request))
    return changed(request, ticket, ticket.last_sequence)


@require_POST
@agents_only
def waking(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/waking`: bring it back now."""
    ticket = ticket_for(request.user, number)
    wake(ticket, by=agent_of(request))
    return changed(request, ticket, ticket.last_sequence)
