"""In which language a reader is spoken to: as they chose, else as their browser says, else English."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from deskbell.incidents.languages import LANGUAGES
from deskbell.portal.words import ES

Say = Callable[..., str]
COOKIE, YEAR = "portal-language", 365 * 24 * 3600


def speaker(language: str) -> Say:
    """The function `t` of templates in this language: `t("Page {number}", number=2)`."""
    known = ES if language == "es" else {}

    def say(english: str, **values: object) -> str:
        text = known.get(english, english)
        return text.format(**values) if values else text

    return say


def language_of(request: HttpRequest) -> str:
    """The reader's language, one of `LANGUAGES`."""
    chosen = request.COOKIES.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    wanted = request.headers.get("Accept-Language", "")[:200].split(",")
    spoken = sorted(map(_weighed, wanted), key=lambda each: -each[0])
    return next((tag for weight, tag in spoken if weight > 0 and tag in LANGUAGES), "en")


def language_asked(request: HttpRequest) -> str:
    """The same for a page that sets no cookie: its own links ask for the language, `?lang=es`."""
    asked = request.GET.get("lang", "")
    return asked if asked in LANGUAGES else language_of(request)


def choose(response: HttpResponse, language: str) -> None:
    """Remember the choice in this browser."""
    if language in LANGUAGES:
        response.set_cookie(COOKIE, language, max_age=YEAR, samesite="Lax", httponly=True)


def _weighed(wanted: str) -> tuple[float, str]:
    tag, _, weight = wanted.strip().partition(";q=")
    try:
        return float(weight or 1), tag[:2].lower()
    except ValueError:
        return 0.0, ""
