"""Translations, on an agent's press: of what a customer has said, and of an answer before it is sent."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from deskbell.inbox.translating.asking import translate_answer, translate_message
from deskbell.people.access import agent_of, agents_only
from deskbell.tickets.access import ticket_for


@require_POST
@agents_only
def message(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """`POST /tickets/<number>/messages/<pk>/translation`: into the team's language, below the original."""
    ticket = ticket_for(request.user, number)
    made = translate_message(ticket, pk, by=agent_of(request))
    if "HX-Request" not in request.headers:
        return redirect("ticket", number=number)
    return render(request, "inbox/_translation.html", {"translation": made})


@require_POST
@agents_only
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/translation`: the `text` in the `language`, for the composer."""
    ticket, form = ticket_for(request.user, number), request.POST
    text, language = form.get("text", ""), form.get("language", "")
    made = translate_answer(ticket, text, language, by=agent_of(request))
    return JsonResponse({"key": made.pk, "text": made.text, "language": made.language})
