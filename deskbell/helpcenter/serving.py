"""How a page of the help center leaves: with the words of its language, packed, and only if it is new to
the reader. Nothing here sets a cookie, so a cache may keep what is for everyone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers

from deskbell.helpcenter import addresses, words
from deskbell.helpcenter.access import reader_of
from deskbell.helpcenter.freshness import ago
from deskbell.look.languages import LANGUAGES
from deskbell.mail import themes
from deskbell.mail.branding import brand_for
from deskbell.people.desk import the_desk

View = Callable[..., HttpResponse]
FRESH = "public, max-age=60, stale-while-revalidate=600"
OWN = "private, no-cache"  # for whoever is signed in


def page(
    request: HttpRequest,
    template: str,
    language: str,
    *,
    alternates: dict[str, str] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Draw a page, of another room's template if it names one. `alternates` are its paths by language;
    without any, search engines leave it out."""
    brand = brand_for(None)
    context = {
        "t": words.speaker(language),
        "language": language,
        "languages": LANGUAGES,
        "home": addresses.home(language),
        "origin": settings.HELP_URL,
        "alternates": alternates or {},
        "address": addresses.of_edition,
        "ago": lambda instant: ago(instant, language),
        "name": brand.name or the_desk().name,
        "brand": brand,
        "colors": themes.colors_at(brand, addresses.HOME),
        "logo": themes.logo_at(brand, addresses.HOME),
        "faces": words.FACES,
        **more,
    }
    where = template if "/" in template else f"helpcenter/{template}"
    return render(request, where, context, status=status)


def public(view: View) -> View:
    """What everyone may read is kept by caches for a minute, and sent again only if it is another."""

    @wraps(view)
    def served(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["Cookie"])
        if response.status_code == 200:
            response["ETag"] = f'W/"{sha256(response.content).hexdigest()[:24]}"'
        signed_in = reader_of(request) is not None
        response.headers.setdefault("Cache-Control", OWN if signed_in else FRESH)
        found = get_conditional_response(request, etag=response.get("ETag"), response=response)
        answer = found or response
        assert isinstance(answer, HttpResponse)
        packed = _PACKER.process_response(request, answer)
        assert isinstance(packed, HttpResponse)
        return packed

    return served


# Pages hold no secret and no token, so what is packed tells a listener nothing (BREACH).
_PACKER = GZipMiddleware(lambda request: HttpResponse())
