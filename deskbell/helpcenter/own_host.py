"""The help center under a host of its own, such as help.example.org, where nothing of the desk is.

`DESKBELL_HELP_URL` names it. Who asks the desk's host for a page of the help center is led there, unless they
are signed in: their session belongs to the desk's host, and what is for them alone is read there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from deskbell.helpcenter import addresses
from deskbell.helpcenter.access import reader_of
from deskbell.helpcenter.views.pages import missing

View = Callable[[HttpRequest], HttpResponse]

# Its pages, what they are drawn with, pictures of who wrote them, the bubble, the stream, the status page.
OPEN = re.compile(
    r"/(?:(?:help|hc|status|static|bubble)(?:/.*)?|portraits/[^/]+\.webp|live|robots\.txt|bubble\.m?js)"
)
PAGE = re.compile(r"/(?:help|hc)(?:/[^.]*)?")  # files, which have an ending, are at both hosts


def middleware(get_response: View) -> View:
    """At the help center's host answer for it alone; at the desk's, lead readers there."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not settings.HELP_HOST:
            return get_response(request)
        if is_there(request.get_host()):
            if request.path == "/":
                return redirect(addresses.HOME, permanent=True)
            return get_response(request) if OPEN.fullmatch(request.path) else missing(request, "en")
        if _belongs_there(request):
            response = redirect(settings.HELP_URL + request.get_full_path())
            response["Cache-Control"] = "private, no-cache"  # once signed in, one reads here
            return response
        return get_response(request)

    return answer


def shuts(host: str, path: str) -> bool:
    """Is this path none of the help center's, and asked at its host?"""
    return is_there(host) and OPEN.fullmatch(path) is None


def is_there(host: str) -> bool:
    """Is it the help center's own host, whatever the port?"""
    named = (urlsplit(f"//{host}").hostname or "").removesuffix(".")  # as Django reads it
    return bool(settings.HELP_HOST) and named == settings.HELP_HOST


def _belongs_there(request: HttpRequest) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and PAGE.fullmatch(request.path) is not None
        and reader_of(request) is None
    )
