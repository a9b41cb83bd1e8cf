"""What helps to write an answer: macros and articles that are put into it."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from deskbell.inbox.filling import filled_in
from deskbell.inbox.insertions import offered
from deskbell.people.access import agent_of, agents_only
from deskbell.tickets.access import ticket_for
from deskbell.tickets.macros import actions_of, macro_for


@require_GET
@agents_only
def insertions(request: HttpRequest, number: int) -> HttpResponse:
    """`GET /tickets/<number>/insertions?q=&kind=`: what fits the words, into a reply or a note."""
    ticket, asked = ticket_for(request.user, number), request.GET
    found = offered(asked.get("q", ""), ticket, asked.get("kind", ""), agent_of(request))
    return JsonResponse({"found": [asdict(each) for each in found]})


@require_GET
@agents_only
def macro(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """`GET /tickets/<number>/macros/<pk>`: its words on this ticket, and what is done with the send."""
    ticket, agent = ticket_for(request.user, number), agent_of(request)
    found = macro_for(agent, pk)
    actions = [
        {"value": f"{each.kind}:{each.value}", "said": each.said} for each in actions_of(found)
    ]
    return JsonResponse({"text": filled_in(found.text, ticket, agent), "actions": actions})
