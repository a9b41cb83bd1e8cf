"""The screen on which macros are written, with a preview on a real ticket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.inbox import drawing
from deskbell.inbox.filling import filled_in
from deskbell.inbox.insertions import whose
from deskbell.lib import blanks
from deskbell.lib.errors import Refused
from deskbell.lib.numbers import primary_key
from deskbell.people.access import agent_of, agents_only
from deskbell.people.models import Agent
from deskbell.tickets import macros
from deskbell.tickets.access import tickets_for
from deskbell.tickets.bulk.kinds import KINDS
from deskbell.tickets.fields.defining import current_fields
from deskbell.tickets.fields.held import Held, read_held
from deskbell.tickets.macros import VARIABLES, Action, Written
from deskbell.tickets.models import Macro, Message, Ticket


@require_http_methods(["GET", "POST"])
@agents_only
def every(request: HttpRequest) -> HttpResponse:
    """`/inbox/macros`: those that one may use, and a form for a new one; `removed` can come back."""
    agent = agent_of(request)
    if request.method == "POST":
        kept = macros.write(_written(request.POST), by=agent)
        return redirect(f"{reverse('macros')}?kept={kept.pk}")
    context = {
        "kept": primary_key(request.GET.get("kept", "")),
        "removed": primary_key(request.GET.get("removed", "")),
        **_context(agent),
    }
    return render(request, "inbox/macros.html", context)


@require_http_methods(["GET", "POST"])
@agents_only
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """`/inbox/macros/<pk>`: change it."""
    agent = agent_of(request)
    macro = macros.macro_for(agent, pk)
    if request.method == "POST":
        macros.write(_written(request.POST), by=agent, macro=macro)
        return redirect(f"{reverse('macros')}?kept={pk}")
    return render(request, "inbox/macros.html", _context(agent, macro))


@require_POST
@agents_only
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /inbox/macros/<pk>/removal`."""
    macros.remove(macros.macro_for(agent_of(request), pk), by=agent_of(request))
    return redirect(f"{reverse('macros')}?removed={pk}")


@require_POST
@agents_only
def coming_back(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /inbox/macros/<pk>/return`: undo the removal."""
    macros.bring_back(pk, by=agent_of(request))
    return redirect(f"{reverse('macros')}?kept={pk}")


@require_POST
@agents_only
def preview(request: HttpRequest) -> HttpResponse:
    """`POST /inbox/macros/preview`: the words as they would stand on `ticket`, or on one that is made up."""
    text, number = request.POST.get("text", ""), primary_key(request.POST.get("ticket", ""))
    ticket = tickets_for(request.user).with_people().filter(number=number).first()
    words, refused = Message(markdown=True), ""
    try:
        blanks.check(text, VARIABLES, what="macro")
        words.text = filled_in(text, ticket, agent_of(request))
    except Refused as refusal:
        refused = str(refusal)
    context = {"words": words, "refused": refused}
    return render(request, "inbox/_macro_preview.html", context)


def _context(agent: Agent, macro: Macro | None = None) -> dict[str, Any]:
    """The list and the form, for a new one or for `macro`."""
    done = macros.actions_of(macro) if macro else []
    deeds = dict.fromkeys(KINDS, "") | {each.kind: each.value for each in done}
    choices = drawing.choices()
    return {
        "macro": macro,
        "macros": [
            {
                "macro": each,
                "whose": whose(each),
                "deeds": [a.said for a in macros.actions_of(each)],
            }
            for each in macros.macros_for(agent)
        ],
        "may_change": macro is None or macros.may_change(macro, agent),
        "variables": VARIABLES,
        "deeds": {**deeds, "tags": [each.value for each in done if each.kind == "tag"]},
        "held": _held(done),
        "own_teams": choices["teams"] if agent.manages else agent.teams.order_by("id"),
        "tickets": _newest(agent),
        **choices,
    }


def _held(done: Sequence[Action]) -> list[Held]:
    """All custom fields, with what the macro sets in them."""
    sets = [read_held(each.value) for each in done if each.kind == "field"]
    values = {each.field.key: each.value for each in sets}
    return [Held(field, values.get(field.key)) for field in current_fields()]


def _newest(agent: Agent) -> list[Ticket]:
    """Those on which a macro can be tried."""
    found = tickets_for(agent.person).exclude(requester=None).order_by("-number")
    return list(found[:20])


def _written(form: QueryDict) -> Written:
    kinds = ("impact", "state", "assignee", "team", "snooze")
    pairs = [(kind, form.get(kind, "")) for kind in kinds]
    pairs += [("tag", tag) for tag in form.get("tags", "").split(",")]
    pairs += [("field", text) for field in current_fields() if (text := _field(form, field.key))]
    return Written(
        form.get("name", ""),
        form.get("text", ""),
        form.get("shared_with", ""),
        macros.read(pairs),
    )


def _field(form: QueryDict, key: str) -> str:
    """What the form sets in a custom field, as actions have it; empty: as it is."""
    given = ",".join(filter(None, form.getlist(f"field-{key}")))
    return f"{key}={given}" if given.strip() else ""
