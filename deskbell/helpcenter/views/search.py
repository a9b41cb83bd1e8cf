"""The page of results, and what is suggested while someone types: here, in the bubble, in the portal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from deskbell.chat.sites.origins import may_embed
from deskbell.helpcenter import addresses, asked, reading, searching
from deskbell.helpcenter.access import reader_of
from deskbell.helpcenter.limits import TooMany, hold_back
from deskbell.helpcenter.serving import OWN, page, public
from deskbell.helpcenter.snippets import marked, snippet
from deskbell.lib.callers import caller_of, network_of
from deskbell.lib.numbers import whole
from deskbell.look.languages import LANGUAGES, known
from deskbell.realtime.origins import cross_origin_headers

MOST_PAGES = 50


@require_safe
@public
def results(request: HttpRequest, language: str) -> HttpResponse:
    """`/help/search?q=...&page=2`: what answers a question, or what to do when nothing does."""
    text = " ".join(request.GET.get("q", "").split())[: searching.LONGEST_QUESTION]
    number = whole(request.GET.get("page", "1"), 1, MOST_PAGES) or 1
    reader = reader_of(request)
    found = searching.search(text, reader, language, start=(number - 1) * searching.PAGE)
    if text and number == 1:
        asked.note(text, language, len(found.editions) if found.language == language else 0)
    hits = [
        (each, marked(each.title, found.words), snippet(each.words, found.words))
        for each in found.editions
    ]
    shelves = [] if found.editions else reading.shelves(reader, language)
    response = page(
        request,
        "search.html",
        language,
        asked=text,
        found=found,
        hits=hits,
        number=number,
        shelves=shelves,
        alternates={code: f"{addresses.home(code)}/search" for code in LANGUAGES},
    )
    response["Cache-Control"] = "private, max-age=60" if reader is None else OWN
    return response


@require_safe
@public
def suggestions(request: HttpRequest) -> HttpResponse:
    """`/help/suggestions.json?q=...&lang=es`: the few articles that fit best, each with its title, `path`,
    whole `address`, `summary` and `where` it stands. Other sites may ask, where the bubble may stand."""
    try:
        hold_back(network_of(caller_of(request)))
    except TooMany as refused:
        late = JsonResponse({"error": str(refused)}, status=429)
        late["Retry-After"] = "60"
        return late
    language = known(request.GET.get("lang", ""))
    found = searching.suggest(request.GET.get("q", ""), reader_of(request), language)
    told = [
        {
            "title": each.title,
            "path": addresses.of_edition(each),
            "address": addresses.whole(each),
            "summary": each.summary,
            "where": each.article.section.collection.title(each.language),
            "language": each.language,
        }
        for each in found.editions
    ]
    response = JsonResponse({"articles": told, "instead": found.instead})
    origin = request.headers.get("Origin", "")
    allowed = bool(origin) and may_embed(origin)
    for name, value in cross_origin_headers(origin, allowed=allowed).items():
        response[name] = value
    return response
