"""The lists of tickets."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from deskbell.inbox import live, rows
from deskbell.lib.numbers import whole
from deskbell.people.access import agent_of, agents_only
from deskbell.people.notices import topic_of_agent
from deskbell.realtime.topics import sign


@require_GET
@agents_only
def home(request: HttpRequest) -> HttpResponse:
    """`GET /`."""
    return redirect("inbox")


@require_GET
@agents_only
def inbox(request: HttpRequest) -> HttpResponse:
    """`GET /inbox?view=&page=`: the tickets of a view, the next due first."""
    agent = agent_of(request)
    view = rows.BY_KEY.get(request.GET.get("view", ""), rows.VIEWS[0])
    page = whole(request.GET.get("page", ""), 1, 99_999) or 1
    token = _token(request)
    listed, more = rows.listed(agent, view, page=page)
    context = {
        "view": view,
        "views": rows.VIEWS,
        "rows": listed,
        "page": page,
        "more": more,
        "live": token,
        "modules": ["inbox/list.js"],
    }
    return render(request, "inbox/inbox.html", context)


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


def _token(request: HttpRequest) -> str:
    return sign([live.LIST, topic_of_agent(agent_of(request).pk)])
