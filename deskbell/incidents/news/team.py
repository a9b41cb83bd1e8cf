"""The team's screen of subscribers: agents look, managers add and remove."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deskbell.incidents.models import Subscriber
from deskbell.incidents.news import importing, overview, subscribing
from deskbell.incidents.news.importing import Imported
from deskbell.lib.errors import Refused
from deskbell.people.access import agent_of, agents_only, managers_only


@require_http_methods(["GET", "POST"])
@agents_only
def subscribers(request: HttpRequest) -> HttpResponseBase:
    """`/incidents/subscribers`, with `?q=` and `?failing=yes`; a manager's `POST` adds addresses."""
    return _add(request) if request.method == "POST" else _page(request)


@require_safe
@agents_only
def progress(request: HttpRequest, key: str) -> HttpResponse:
    """`GET /incidents/subscribers/progress/<key>`: how far one piece of news has come."""
    return render(request, "incidents/news/_piece.html", {"piece": overview.piece(key)})


@require_POST
@managers_only
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /incidents/subscribers/<pk>/removal` with `on`: yes, or no, which takes it back."""
    found = overview.one(pk)
    if request.POST.get("on") == "no":
        subscribing.begin_again(found)
    else:
        subscribing.end(found, why=f"Removed by {agent_of(request)}.")
    return redirect(
        f"{reverse('subscribers')}?q={found.person.email if found.person else found.host}"
    )


@managers_only
def _add(request: HttpRequest) -> HttpResponse:
    sent = request.FILES.get("file")
    text = request.POST.get("addresses", "")
    try:
        if sent:
            text += "\n" * bool(text) + importing.text_of(sent.read(importing.LONGEST + 1))
        return _page(request, imported=importing.add(text))
    except Refused as error:
        return _page(request, refused=str(error))


def _page(
    request: HttpRequest, imported: Imported | None = None, refused: str = ""
) -> HttpResponse:
    words, failing = request.GET.get("q", "").strip()[:200], "failing" in request.GET
    context = {
        "counts": overview.counts(),
        "ways": Subscriber.Way.choices,
        "pieces": overview.pieces(),
        "rows": overview.listed(words, failing=failing),
        "q": words,
        "failing": failing,
        "imported": imported,
        "most_told": importing.MOST_TOLD,
        "refused": refused,
        "written": request.POST.get("addresses", ""),
        "may_edit": agent_of(request).manages,
        "shown": overview.SHOWN,
    }
    status = 422 if refused else 200
    return render(request, "incidents/news/subscribers.html", context, status=status)
