"""What a portal embeds: a loader of a few lines, and the messenger that it fetches when the page has been
drawn; and `/try`, a make-believe portal that embeds them."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import condition, require_safe

from deskbell.chat.faces import the_face
from deskbell.messenger import packing
from deskbell.people.models import District

SCRIPT = (
    "text/javascript; charset=utf-8"  # named, or a host page in another encoding garbles our texts
)
FRESH_SECONDS = 600  # a new bubble reaches every portal within ten minutes of an upgrade
DIRECTIONS = {"ar": "rtl"}  # a language that we don't speak, for trying the other direction


@require_safe
@condition(etag_func=lambda request: packing.loader().etag)
def bubble(request: HttpRequest) -> HttpResponse:
    """`/bubble.js`: the classic script of the one line."""
    return _packed(request, packing.loader(), SCRIPT)


@require_safe
@condition(etag_func=lambda request: packing.messenger(the_face()).etag)
def messenger(request: HttpRequest) -> HttpResponse:
    """`/bubble.mjs`: the whole messenger as a module. It is no secret, so any page may read it; what it
    asks for is given on the pages of the sites alone."""
    response = _packed(request, packing.messenger(the_face()), SCRIPT)
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _words_etag(request: HttpRequest, language: str) -> str | None:
    return packing.words(the_face(), language).etag if language in packing.LANGUAGES else None


@require_safe
@condition(etag_func=_words_etag)
def words(request: HttpRequest, language: str) -> HttpResponse:
    """`/bubble/words-es.json`: what the messenger says in one of its languages."""
    if language not in packing.LANGUAGES:
        raise Http404
    response = _packed(request, packing.words(the_face(), language), "application/json")
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def portal(request: HttpRequest) -> HttpResponse:
    """A district's portal as a student sees it, for trying the bubble; 404 on a desk at work. `?lang=` tries
    another language."""
    if not (settings.TRY or District.objects.filter(demo=True).exists()):
        raise Http404
    origin = f"{request.scheme}://{request.get_host()}"
    lang = request.GET.get("lang", "en")
    lang = lang if lang in {"en", "es", "ar"} else "en"
    context = {"origin": origin, "lang": lang, "dir": DIRECTIONS.get(lang, "ltr")}
    return render(request, "messenger/try.html", context)


def _packed(request: HttpRequest, file: packing.Packed, content_type: str) -> HttpResponse:
    can_unpack = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(file.packed if can_unpack else file.plain, content_type=content_type)
    if can_unpack:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    response["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
