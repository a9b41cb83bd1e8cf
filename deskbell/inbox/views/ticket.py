"""One ticket: its page, and what an agent does on it. Each view says one sentence to a verb."""

from __future__ import annotations

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from deskbell.chat import attention
from deskbell.inbox import draft_files, drawing, live
from deskbell.inbox.drafts import drafts_on
from deskbell.inbox.preferences import preferences_of
from deskbell.inbox.second_thoughts import hold_back
from deskbell.inbox.sending import save_note, send_reply
from deskbell.inbox.timeline import items_of
from deskbell.inbox.translating import service as translation_service
from deskbell.inbox.translating.languages import of_answers as answer_languages
from deskbell.inbox.views.lists import asker_of
from deskbell.lib.errors import NotFound
from deskbell.lib.numbers import primary_key, whole
from deskbell.people.access import agent_of, agents_only
from deskbell.people.models import Agent, Team
from deskbell.people.notices import topic_of_agent
from deskbell.people.reaching import mail_works
from deskbell.realtime.topics import sign
from deskbell.tickets.access import ticket_for
from deskbell.tickets.assigning import assign, hand_to_team
from deskbell.tickets.contesting import settle
from deskbell.tickets.giving import given
from deskbell.tickets.links import revoke_links
from deskbell.tickets.macros import Action
from deskbell.tickets.macros import read as read_actions
from deskbell.tickets.models import Attachment, Message, Ticket
from deskbell.tickets.solving import set_state
from deskbell.tickets.triage import set_impact
from deskbell.tickets.undoing import undo
from deskbell.tickets.words import Words


@require_GET
@agents_only
def page(request: HttpRequest, number: int) -> HttpResponse:
    """`GET /tickets/<number>`."""
    ticket = ticket_for(request.user, number)
    context = {
        "live": _token(request, ticket),
        "modules": ["inbox/ticket.js", "inbox/handing-on.js"],
        "items": items_of(ticket),
        "taken_back": _taken_back(request, ticket),
        "preferences": preferences_of(agent_of(request)),
        "drafts": drafts_on(ticket, agent_of(request)),
        "draft_files": draft_files.waiting_by_kind(ticket, agent_of(request)),
        "limits": draft_files.LIMITS,
        "translates": translation_service.is_set_up(),
        "answer_languages": answer_languages(ticket),
        **drawing.clocks_context(ticket),
        **drawing.facts_context(ticket),
    }
    return render(request, "inbox/ticket.html", context)


@require_GET
@agents_only
def token(request: HttpRequest, number: int) -> HttpResponse:
    """`GET /tickets/<number>/live`: a fresh list of topics, signed."""
    return JsonResponse({"topics": _token(request, ticket_for(request.user, number))})


@require_POST
@agents_only
def replies(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/replies`: send it, do each `action`, and perhaps set a state (`then`)."""
    ticket, form = ticket_for(request.user, number), request.POST
    before, words = ticket.last_sequence, _words(form)
    seen, sure = whole(form.get("seen", "")), form.get("sure") == "yes"
    hold_back(ticket, words.text, seen=seen, sure=sure, by=agent_of(request))
    send_reply(
        ticket,
        words,
        by=asker_of(request),
        actions=_actions(form),
        then=form.get("then", ""),
        page=form.get("page", ""),
        translation=primary_key(form.get("translation", "")),
    )
    return changed(request, ticket, before)


@require_POST
@agents_only
def undoing(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """`POST /tickets/<number>/replies/<pk>/undo`: take a reply back; its words return to the composer."""
    ticket = ticket_for(request.user, number)
    with transaction.atomic():
        undone = undo(ticket, pk, by=agent_of(request))
        assert undone.message is not None
        draft_files.give_back(ticket, undone.message, by=agent_of(request))
    if "HX-Request" not in request.headers:
        return redirect(f"{reverse('ticket', args=[number])}?taken-back={pk}")
    return changed(request, ticket, undone.sequence - 1, taken_back=undone.message)


@require_POST
@agents_only
def notes(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/notes`: save it, and do each `action`."""
    ticket, form = ticket_for(request.user, number), request.POST
    before, words = ticket.last_sequence, _words(form)
    actions, page = _actions(form), form.get("page", "")
    save_note(ticket, words, by=asker_of(request), actions=actions, page=page)
    return changed(request, ticket, before)


@require_POST
@agents_only
def impact(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/impact`."""
    ticket = ticket_for(request.user, number)
    before, form = ticket.last_sequence, request.POST
    set_impact(
        ticket, form.get("impact", ""), by=agent_of(request), reason=form.get("reason", "")[:500]
    )
    return changed(request, ticket, before)


@require_POST
@agents_only
def contest(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/contest`: the outcome, `impact`, and the `reason` that the customer reads."""
    ticket = ticket_for(request.user, number)
    before, form = ticket.last_sequence, request.POST
    settle(ticket, form.get("impact", ""), form.get("reason", "")[:2000], by=agent_of(request))
    return changed(request, ticket, before)


@require_POST
@agents_only
def assignment(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/assignment`: to an agent, or back to the team."""
    ticket = ticket_for(request.user, number)
    before, to = ticket.last_sequence, request.POST.get("assignee", "")
    agent = get_object_or_404(Agent.objects.select_related("person"), pk=to) if to else None
    assign(ticket, agent, by=agent_of(request))
    return changed(request, ticket, before)


@require_POST
@agents_only
def team(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/team`."""
    ticket = ticket_for(request.user, number)
    before = ticket.last_sequence
    to = get_object_or_404(Team, pk=request.POST.get("team") or 0)
    hand_to_team(ticket, to, by=agent_of(request))
    return changed(request, ticket, before)


@require_POST
@agents_only
def state(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/state`; `unanswered=yes` solves it although no answer was given (K14)."""
    ticket = ticket_for(request.user, number)
    before, form = ticket.last_sequence, request.POST
    unanswered = form.get("unanswered") == "yes"
    set_state(ticket, form.get("state", ""), by=agent_of(request), unanswered=unanswered)
    return changed(request, ticket, before)


@require_POST
@agents_only
def link_revocation(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/links/revocation`: the link in the receipt shows nothing any more."""
    ticket = ticket_for(request.user, number)
    revoke_links(ticket, by=agent_of(request))
    return changed(request, ticket, ticket.last_sequence)


@require_POST
@agents_only
def reach(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/reach`: someone knows that mail to the requester arrives again."""
    ticket = ticket_for(request.user, number)
    if ticket.requester:
        mail_works(ticket.requester)
    return changed(request, ticket, ticket.last_sequence)


@require_GET
@agents_only
def attachment(request: HttpRequest, number: int, pk: int) -> FileResponse:
    """`GET /tickets/<number>/attachments/<pk>`: always downloaded, never opened as a page of the desk."""
    ticket = ticket_for(request.user, number)
    found = Attachment.objects.filter(pk=pk, message__ticket=ticket).first()
    if found is None:
        raise NotFound("There is no such file on this ticket.")
    return given(found)


def changed(
    request: HttpRequest,
    ticket: Ticket,
    before: int,
    *,
    taken_back: Message | None = None,
    panel: bool = True,
) -> HttpResponse:
    """What has changed, for htmx to put in its places; the whole page where there is no script. Without the
    `panel`: someone types there, and it shows already what was changed."""
    if "HX-Request" not in request.headers:
        return redirect("ticket", number=ticket.number)
    fresh = ticket_for(request.user, ticket.number)
    context = {
        "items": items_of(fresh, after=before),
        "taken_back": taken_back,
        "panel": panel,
        **drawing.clocks_context(fresh),
        **(drawing.facts_context(fresh) if panel else {}),
    }
    return render(request, "inbox/_changed.html", context)


def _words(form: QueryDict) -> Words:
    return Words(form.get("text", ""), markdown=True)


def _actions(form: QueryDict) -> list[Action]:
    """What a macro has listed beside the words, as `kind:value`."""
    return read_actions(each.partition(":")[::2] for each in form.getlist("action"))


def _taken_back(request: HttpRequest, ticket: Ticket) -> Message | None:
    """The reply that this agent has just taken back, where no script puts its words into the composer."""
    pk = primary_key(request.GET.get("taken-back", ""))
    own = ticket.messages.filter(author=agent_of(request).person).exclude(undone_at=None)
    return own.filter(pk=pk).first() if pk else None


def _token(request: HttpRequest, ticket: Ticket) -> str:
    own = topic_of_agent(agent_of(request).pk)
    return sign([live.topic_of(ticket), own, *attention.topics_on(ticket)])
