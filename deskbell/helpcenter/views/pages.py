"""What readers see. Without script, without a cookie, and in their language."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from deskbell.helpcenter import addresses, reading, structured, videos, words
from deskbell.helpcenter.access import may_be_indexed, reader_of
from deskbell.helpcenter.models import Collection
from deskbell.helpcenter.serving import FRESH, OWN, page, public
from deskbell.lib import files
from deskbell.lib.errors import NotFound
from deskbell.look.languages import LANGUAGES
from deskbell.look.middleware import POLICY
from deskbell.mail import themes
from deskbell.mail.colors import HEX
from deskbell.people.desk import the_desk

FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
@public
def front(request: HttpRequest, language: str) -> HttpResponse:
    """`/help`, `/help/es`: search, and the collections."""
    shelves = reading.shelves(reader_of(request), language)
    alternates = {code: addresses.home(code) for code in LANGUAGES}
    data = structured.website(the_desk().name, language)
    return page(
        request, "front.html", language, alternates=alternates, shelves=shelves, structured=data
    )


@require_safe
@public
def collection(request: HttpRequest, language: str, named: str) -> HttpResponse:
    """`/help/collections/<number>-<words>`: its sections, with their articles."""
    found = Collection.objects.filter(pk=addresses.key_in(named)).first()
    parts = reading.parts(found, reader_of(request), language) if found else []
    if found is None or not parts:
        return missing(request, language)
    alternates = {code: addresses.of_collection(found, code) for code in LANGUAGES}
    if request.path != alternates[language]:
        return _moved(alternates[language])
    data = structured.crumbs([_start(language), (alternates[language], found.title(language))])
    more: dict[str, Any] = {"collection": found, "sections": parts, "structured": data}
    return page(request, "collection.html", language, alternates=alternates, **more)


@require_safe
@public
def article(request: HttpRequest, language: str, named: str) -> HttpResponse:
    """`/help/articles/<number>-<words>`; under every other title that it had, it leads here for ever."""
    try:
        shown = reading.shown(addresses.key_in(named), reader_of(request), language)
    except NotFound:
        return missing(request, language)
    edition = shown.edition
    path = addresses.of_edition(edition)
    if request.path != path and edition.language == language:
        return _moved(path)
    section = edition.article.section
    way = [
        (addresses.of_collection(section.collection, language), section.collection.title(language)),
        (addresses.of_section(section, language), section.title(language)),
    ]
    more: dict[str, Any] = {
        "related": reading.related_to(edition, reader_of(request)),
        "edition": edition,
        "way": way,
        "has_video": videos.has_one(edition.html),
        "structured": structured.article(edition, [_start(language), *way], the_desk().name),
    }
    indexed = may_be_indexed(edition.article) and edition.language == language
    response = page(
        request, "article.html", language, alternates=shown.alternates, indexed=indexed, **more
    )
    if videos.has_one(edition.html):
        response["Content-Security-Policy"] = f"{POLICY}; {videos.FRAMES}"
    if not may_be_indexed(edition.article):
        response["Cache-Control"] = OWN
    return response


@require_safe
@public
def old_address(request: HttpRequest, path: str) -> HttpResponse:
    """`/hc/...` and the like: where imported articles lay before."""
    found = reading.moved(request.path)
    editions = found.editions.filter(published__isnull=False) if found else None
    language = "es" if "/es" in request.path else "en"
    if found is None or editions is None:
        return missing(request, language)
    return _moved(f"{addresses.home(language)}/articles/{found.pk}")


@require_safe
def picture(request: HttpRequest, sha256: str, ending: str) -> HttpResponse:
    """`/help/images/<digest>.png`: a picture of an article. It never changes."""
    found = reading.picture(sha256)
    with files.opened(found.sha256) as file:
        response = HttpResponse(file.read(), content_type=found.media_type)
    response["Cache-Control"] = FOR_EVER
    response["X-Content-Type-Options"] = "nosniff"
    response["Access-Control-Allow-Origin"] = "*"  # the bubble draws it on a portal's page
    return response


@require_safe
def stylesheet(request: HttpRequest, color: str) -> HttpResponse:
    """`/help/colors/<color>.css`: the desk's own color, as it is legible."""
    if not HEX.fullmatch(f"#{color}"):
        raise NotFound("There is no such color.")
    response = HttpResponse(themes.stylesheet(f"#{color}"), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = FOR_EVER
    return response


@require_safe
def logo(request: HttpRequest, sha256: str, ending: str) -> HttpResponse:
    """`/help/logos/<digest>.png`: the logo of the desk or of a district. It never changes."""
    picture, media_type = themes.logo(sha256)
    response = HttpResponse(picture, content_type=media_type)
    response["Cache-Control"] = FOR_EVER
    response["X-Content-Type-Options"] = "nosniff"
    return response


def missing(request: HttpRequest, language: str) -> HttpResponse:
    """Where nothing is: search, and the way back."""
    response = page(request, "missing.html", language, status=404)
    response["Cache-Control"] = "no-cache"
    return response


def _start(language: str) -> tuple[str, str]:
    return addresses.home(language), words.speaker(language)("Help center")


def _moved(path: str) -> HttpResponse:
    response = redirect(path, permanent=True)
    response["Cache-Control"] = FRESH
    return response
