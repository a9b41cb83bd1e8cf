"""What is missing, and where articles stand: the lists from which the team goes on."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.helpcenter import missing as gaps_of
from deskbell.helpcenter import shelving, synonyms
from deskbell.helpcenter.models import Article, Collection, Section
from deskbell.lib.errors import Refused
from deskbell.lib.numbers import primary_key
from deskbell.look.languages import LANGUAGES, known
from deskbell.people.access import agent_of, agents_only
from deskbell.tickets.access import ticket_for


@require_http_methods(["GET", "POST"])
@agents_only
def missing(request: HttpRequest) -> HttpResponse:
    """`/articles/missing`: ranked by the tickets that an answer would save; a `POST` settles a line."""
    if request.method == "POST":
        sent = request.POST
        if "article" in sent:
            found = get_object_or_404(Article, pk=primary_key(sent["article"]))
            gaps_of.settle_article(found)
        else:
            gaps_of.settle_search(sent.get("words", ""), known(sent.get("language", "")))
        return redirect("articles-missing")
    context = {
        "gaps": gaps_of.gaps(),
        "days": gaps_of.DAYS,
        "saved": gaps_of.saved(),
        "shelves": shelving.shelves(),
        "languages": LANGUAGES,
        "here": "/articles",
    }
    return render(request, "helpcenter/writing/missing.html", context)


@require_POST
@agents_only
def from_ticket(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/article`: a draft with its question and answers; `section` or the first."""
    ticket = ticket_for(request.user, number)
    section = shelving.chosen(primary_key(request.POST.get("section", "")))
    made = gaps_of.begin_from_ticket(ticket, section, by=agent_of(request))
    return redirect("article-writing", key=made.article_id, language=made.language)


@require_http_methods(["GET", "POST"])
@agents_only
def shelves(request: HttpRequest) -> HttpResponse:
    """`/articles/shelves`: collections and sections by their names in both languages, and synonyms."""
    if request.method == "POST":
        return _change(request)
    context = {
        "shelves": shelving.shelves(),
        "languages": LANGUAGES,
        "usual": synonyms.USUAL,
        "synonyms": {code: synonyms.written(code) for code in LANGUAGES},
        "manages": agent_of(request).manages,
        "here": "/articles",
    }
    return render(request, "helpcenter/writing/shelves.html", context)


def _change(request: HttpRequest) -> HttpResponse:
    if not agent_of(request).manages:
        raise PermissionDenied("Only managers and administrators of the desk may do this.")
    sent, do = request.POST, request.POST.get("do", "")
    key = primary_key(sent.get("key", ""))
    if do == "synonyms":
        for code in LANGUAGES:
            synonyms.save(code, sent.get(f"synonyms.{code}", ""))
    elif do == "add":
        within = Collection.objects.filter(pk=key).first()
        shelving.add(sent.get("title", ""), collection=within)
    elif do == "remove":
        shelving.remove(_thing(sent.get("kind", ""), key))
    elif do == "rename":
        titles = {code: sent.get(f"title.{code}", "") for code in LANGUAGES}
        abouts = {code: sent.get(f"about.{code}", "") for code in LANGUAGES}
        shelving.rename(_thing(sent.get("kind", ""), key), titles, abouts)
    else:
        raise Refused("Choose what to do: name it, add one, or take one away.")
    return redirect("articles-shelves")


def _thing(kind: str, key: int) -> Collection | Section:
    if kind == "collection":
        return get_object_or_404(Collection, pk=key)
    return get_object_or_404(Section, pk=key)
