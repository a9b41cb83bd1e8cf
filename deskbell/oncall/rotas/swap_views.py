"""Swaps: asked for and answered in the app, or by a mail's link whose page has the buttons."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.lib.errors import Refused
from deskbell.oncall import schedules, swapping
from deskbell.oncall.gaps import OpensGaps, opened_by
from deskbell.oncall.gaps.guarding import minding_gaps
from deskbell.oncall.models import Swap
from deskbell.oncall.rotas import forms
from deskbell.people.access import agent_of, agents_only
from deskbell.people.models import Agent
from deskbell.people.teams import working_agents

ANSWERS: dict[str, Callable[..., object]] = {
    "take": swapping.take,
    "decline": swapping.decline,
    "withdraw": swapping.withdraw,
    "undo": swapping.take_back,
}


@require_http_methods(["GET", "POST"])
@agents_only
def swaps(request: HttpRequest, number: int) -> HttpResponse:
    """`/oncall/schedules/<number>/swaps`: the form, filled from the address; `POST` asks."""
    schedule, me = schedules.schedule_numbered(number), agent_of(request)
    if request.method == "POST":
        form = request.POST
        returned = form.get("return-from") or form.get("return-to")
        names = ("return-from", "return-to")
        ask = swapping.Ask(
            span=forms.span(form, schedule.zone),
            of=forms.agent_named(form.get("of", "")),
            in_return=forms.span(form, schedule.zone, names) if returned else None,
            words=form.get("words", "").strip(),
        )
        swapping.ask(schedule, ask, by=me)
        return redirect("/oncall/mine")
    context = {
        "schedule": schedule,
        "agents": [agent for agent in working_agents() if agent != me],
        "begins": request.GET.get("from", "")[:16],
        "ends": request.GET.get("to", "")[:16],
    }
    return render(request, "oncall/swap.html", context)


@require_POST
@agents_only
@minding_gaps("a swap")
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /oncall/swaps/<number>/answer` with `answer`: take, decline, withdraw or undo."""
    _answer(request, swapping.swap_numbered(number), agent_of(request), set(ANSWERS))
    return redirect("/oncall/mine")


@csrf_exempt  # the link itself is the secret, and a phone's mail app may keep no cookies
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """`/swap/<token>`, without sign-in. A GET shows, and never answers: mail scanners open links."""
    swap = swapping.swap_of_link(token)
    opens = ""
    if request.method == "POST":
        try:
            _answer_by_link(request, swap)
        except OpensGaps as error:  # a reason can be given in the desk, behind the sign-in
            opens = str(error)
        else:
            return redirect(f"/swap/{token}")
    context = {"swap": swap, "said": swapping.said(swap), "opens": opens}
    shown = render(request, "oncall/swap_link.html", context, status=422 if opens else 200)
    shown["Cache-Control"] = "no-store"
    shown["Referrer-Policy"] = "no-referrer"
    return shown


def _answer_by_link(request: HttpRequest, swap: Swap) -> None:
    by = swap.asked_of
    assert by is not None
    opened_by(lambda: _answer(request, swap, by, {"take", "decline"}), what="a swap", by=by)


def _answer(request: HttpRequest, swap: Swap, by: Agent, allowed: set[str]) -> None:
    chosen = request.POST.get("answer", "")
    if chosen not in allowed:
        raise Refused("Choose an answer: take it, or not.")
    ANSWERS[chosen](swap, by=by)
