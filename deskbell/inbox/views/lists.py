"""The lists of tickets, and the search over all of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from deskbell.inbox import drawing, live
from deskbell.inbox.finding import asking, everywhere, lists
from deskbell.inbox.finding.completing import completions
from deskbell.lib.errors import Refused
from deskbell.lib.numbers import primary_key, whole
from deskbell.people.access import agent_of, agents_only
from deskbell.people.desk import the_desk
from deskbell.people.notices import topic_of_agent
from deskbell.realtime.topics import sign
from deskbell.tickets.finding.filters import Asker

MOST_ASKED = 200  # numbers of tickets in one question of the list's page


@require_GET
@agents_only
def home(request: HttpRequest) -> HttpResponse:
    """`GET /`."""
    return redirect("inbox")


@require_GET
@agents_only
def inbox(request: HttpRequest) -> HttpResponse:
    """`GET /inbox?view=&q=&page=`: a list, or what a search finds; `exactly=yes`: no word is put right."""
    token = _token(request)
    saved = lists.saved_views_of(agent_of(request))
    page = whole(request.GET.get("page", ""), 1, 99_999) or 1
    view, question = asked_of(request.GET, saved)
    context = {
        "view": view,
        "views": lists.views_of(agent_of(request)),
        "saved": saved,
        "question": question,
        "erased": lists.lately_erased(view, agent_of(request)),
        "page": page,
        "here_again": _again(request),
        "live": token,
        "modules": ["inbox/list.js"],
        **drawing.choices(),
        **_found(request, question, page),
    }
    return render(request, "inbox/inbox.html", context, status=422 if context["refusal"] else 200)


@require_GET
@agents_only
def some_rows(request: HttpRequest) -> HttpResponse:
    """`GET /inbox/rows?view=&q=&numbers=`: those of these tickets that belong to the list, as its rows."""
    _, question = asked_of(request.GET, lists.saved_views_of(agent_of(request)))
    asked = request.GET.get("numbers", "").split(",")[:MOST_ASKED]
    numbers = [primary_key(number) for number in asked]
    rows = asking.among(numbers, question, asker_of(request))
    return render(request, "inbox/_rows.html", {"rows": rows})


@require_GET
@agents_only
def counts(request: HttpRequest) -> HttpResponse:
    """`GET /inbox/counts`: how many tickets each list of this agent has, by its key."""
    views = [*lists.views_of(agent_of(request)), *lists.saved_views_of(agent_of(request))]
    return JsonResponse(lists.counts_of(views, asker_of(request)))


@require_GET
@agents_only
def completing(request: HttpRequest) -> HttpResponse:
    """`GET /inbox/completions?q=`: what could follow the text up to the caret."""
    offered = completions(request.GET.get("q", ""))
    return JsonResponse({"completions": [asdict(each) for each in offered]})


@require_GET
@agents_only
def palette(request: HttpRequest) -> HttpResponse:
    """`GET /inbox/palette?q=`: tickets, people and articles that the text may mean."""
    found = everywhere.hits(request.GET.get("q", ""), asker_of(request))
    return JsonResponse({"hits": [asdict(each) for each in found]})


@require_POST
@agents_only
def keeping(request: HttpRequest) -> HttpResponse:
    """`POST /inbox/views`: keep what stands in the search box under a name."""
    form = request.POST
    shared = form.get("shared") == "yes"
    kept = lists.save(form.get("q", ""), form.get("name", ""), by=agent_of(request), shared=shared)
    return redirect(f"/inbox?view=saved-{kept.pk}")


@require_POST
@agents_only
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /inbox/views/<pk>/removal`: take a view away; what it asked stays in the search box."""
    removed = lists.remove(pk, by=agent_of(request))
    return redirect(f"/inbox?{urlencode({'q': removed.question})}")


@require_GET
@agents_only
def token(request: HttpRequest) -> HttpResponse:
    """`GET /inbox/live`: a fresh list of topics, signed, for a page that stays open for long."""
    return JsonResponse({"topics": _token(request)})


@require_GET
@agents_only
def notices_token(request: HttpRequest) -> HttpResponse:
    """`GET /notices/live`: what a page hears that shows no ticket."""
    return JsonResponse({"topics": sign([topic_of_agent(agent_of(request).pk)])})


def asker_of(request: HttpRequest) -> Asker:
    """Who asks, in their own zone."""
    agent = agent_of(request)
    return Asker(agent, agent.person.zone or the_desk().zone)


def asked_of(form: QueryDict, saved: list[lists.View]) -> tuple[lists.View | None, str]:
    """The list that was asked for, and its question; None if it was a search."""
    searched = form.get("q", "").strip()
    if searched:
        return None, searched
    view = lists.view_of(form.get("view", ""), saved)
    return view, view.question


def _found(request: HttpRequest, question: str, page: int) -> dict[str, Any]:
    as_written = request.GET.get("exactly") == "yes"
    try:
        found = asking.find(question, asker_of(request), page=page, as_written=as_written)
    except Refused as refusal:
        return {"found": asking.NOTHING, "snippets": {}, "refusal": str(refusal)}
    return {"found": found, "snippets": found.snippets, "refusal": ""}


def _again(request: HttpRequest) -> str:
    """The query of this page without its number, for the links to its neighbors."""
    kept = {key: request.GET[key] for key in ("view", "q", "exactly") if request.GET.get(key)}
    return urlencode(kept)


def _token(request: HttpRequest) -> str:
    return sign([*live.lists_of(agent_of(request)), topic_of_agent(agent_of(request).pk)])
