"""What helps to write an answer: macros and articles that are put into it, files that go with it."""

from __future__ import annotations

from dataclasses import asdict

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deskbell.inbox import draft_files
from deskbell.inbox.drafts import LONGEST
from deskbell.inbox.filling import filled_in
from deskbell.inbox.insertions import offered
from deskbell.lib.errors import NotFound, Refused
from deskbell.people.access import agent_of, agents_only
from deskbell.tickets.access import ticket_for
from deskbell.tickets.giving import opened
from deskbell.tickets.macros import actions_of, macro_for
from deskbell.tickets.models import Attachment, Message, Ticket


@require_GET
@agents_only
def insertions(request: HttpRequest, number: int) -> HttpResponse:
    """`GET /tickets/<number>/insertions?q=&kind=`: what fits the words, into a reply or a note."""
    ticket, asked = ticket_for(request.user, number), request.GET
    found = offered(asked.get("q", ""), ticket, asked.get("kind", ""), agent_of(request))
    return JsonResponse({"found": [asdict(each) for each in found]})


@require_POST
@agents_only
def preview(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/preview`: the `text` as it will be shown."""
    ticket_for(request.user, number)
    words = Message(text=request.POST.get("text", "")[:LONGEST], markdown=True)
    return render(request, "inbox/_preview_of_words.html", {"words": words})


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


@require_http_methods(["GET", "POST"])
@agents_only
def files(request: HttpRequest, number: int) -> HttpResponse:
    """`/tickets/<number>/draft/files`: those that wait with the `kind`; a POST adds the `file`."""
    ticket = ticket_for(request.user, number)
    asked = request.POST if request.method == "POST" else request.GET
    kind = asked.get("kind", "")
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            raise Refused("Choose a file.")
        name, said = file.name or "file", file.content_type or ""
        page = asked.get("page", "")
        draft_files.add(ticket, kind, name, said, file.read(), by=agent_of(request), page=page)
    return _waiting(request, ticket, kind)


@require_POST
@agents_only
def file_removal(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """`POST /tickets/<number>/draft/files/<pk>/removal`: it doesn't go along."""
    ticket, page = ticket_for(request.user, number), request.POST.get("page", "")
    kind = draft_files.remove(ticket, pk, by=agent_of(request), page=page)
    return _waiting(request, ticket, kind)


@require_GET
@agents_only
def opening(request: HttpRequest, number: int, pk: int) -> FileResponse:
    """`GET /tickets/<number>/attachments/<pk>/open`: a picture, PDF or plain text in the browser."""
    ticket = ticket_for(request.user, number)
    found = Attachment.objects.filter(pk=pk, message__ticket=ticket).first()
    if found is None:
        raise NotFound("There is no such file on this ticket.")
    return opened(found)


def _waiting(request: HttpRequest, ticket: Ticket, kind: str) -> HttpResponse:
    there = draft_files.waiting(ticket, kind, agent_of(request))
    return render(request, "inbox/_draft_files.html", {"files": there, "ticket": ticket})
