"""The one border between the bubble and the desk: JSON in and out, for the sites that may.

No cookie is read or set here, so there is nothing that another site could misuse: whoever wants
something shows a token.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from deskbell.chat.models import Visitor
from deskbell.chat.sites.origins import may_embed
from deskbell.chat.sites.tokens import Expired, NotBelieved
from deskbell.chat.tallies import TooFast
from deskbell.chat.visitors import Unknown, visitor_of
from deskbell.helpcenter.limits import TooMany
from deskbell.lib.callers import caller_of, network_of
from deskbell.lib.errors import NotFound, Refused
from deskbell.realtime.origins import cross_origin_headers

Answer = dict[str, Any]
Said = dict[str, Any]
LARGEST_BODY = 64 * 1024
PREFLIGHT_SECONDS = 7200
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type",
    "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
}


class NotAllowed(Refused):
    """A page of a site that may not embed the bubble."""


STATUS = {Unknown: 401, NotAllowed: 403, NotBelieved: 403, Expired: 403, TooFast: 429, TooMany: 429}


def door(method: str) -> Callable[[Callable[..., Answer]], Callable[..., HttpResponse]]:
    """Make a function of the request into a view: it answers JSON, a refusal is its sentence."""

    def made(view: Callable[..., Answer]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def at_the_door(request: HttpRequest, **named: Any) -> HttpResponse:
            allowed = allowed_here(request)
            response = _answer(view, method, request, named, allowed=allowed)
            return readable(request, response, allowed=allowed)

        return at_the_door

    return made


def allowed_here(request: HttpRequest) -> bool:
    """Was it asked by a page that may: one of the desk's own, or of a site that may embed the bubble?"""
    return not _is_foreign(request) or may_embed(origin_of(request))


def readable(request: HttpRequest, response: HttpResponse, *, allowed: bool) -> HttpResponse:
    """Let the page that asked read the answer, if it is `allowed_here`; nobody keeps it."""
    headers = cross_origin_headers(origin_of(request), allowed=allowed)
    for name, value in {**headers, "Cache-Control": "no-store"}.items():
        response[name] = value
    return response


def words_of(request: HttpRequest) -> Said:
    """The JSON object that was sent. Refused if it is none, or larger than 64 KB."""
    try:
        if len(request.body) > LARGEST_BODY:
            raise RequestDataTooBig
        said = json.loads(request.body)
    except RequestDataTooBig as error:
        raise Refused("That is too much at once. Send it in parts.") from error
    except (ValueError, RecursionError) as error:
        raise Refused("The desk could not read this: send a JSON object.") from error
    if not isinstance(said, dict):
        raise Refused("The desk could not read this: send a JSON object.")
    return said


def text_in(said: Said, name: str) -> str:
    """The text of this name, empty if there is none."""
    value = said.get(name, "")
    if not isinstance(value, str):
        raise Refused(f"The desk could not read this: “{name}” must be a text.")
    return value


def texts_in(said: Said, name: str) -> list[str]:
    """The texts in the list of this name, none if there is none."""
    value = said.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Refused(f"The desk could not read this: “{name}” must be a list of texts.")
    return value


def visitor_in(request: HttpRequest) -> Visitor:
    """Who shows this token. Raises Unknown."""
    return visitor_of(token_in(request))


def token_in(request: HttpRequest) -> str:
    """The session's token that was shown, "" if there was none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""


def network_in(request: HttpRequest) -> str:
    """From which network this was asked, as limits count it."""
    return network_of(caller_of(request))


def origin_of(request: HttpRequest) -> str:
    """The other site on whose page this was asked, "" for the desk's own pages."""
    return request.headers.get("Origin", "") if _is_foreign(request) else ""


def _answer(
    view: Callable[..., Answer],
    method: str,
    request: HttpRequest,
    named: dict[str, Any],
    *,
    allowed: bool,
) -> HttpResponse:
    try:
        if not allowed:
            raise NotAllowed(
                f"The bubble is not allowed on {origin_of(request)}. Add it to the sites in the desk."
            )
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers=PREFLIGHT)
        if request.method != method:
            return JsonResponse(
                {"error": f"Ask by {method}."}, status=405, headers={"Allow": method}
            )
        return JsonResponse(view(request, **named))
    except NotFound as absent:
        return JsonResponse({"error": str(absent)}, status=404)
    except Refused as refusal:
        told = {"error": str(refusal), "expired": isinstance(refusal, Expired)}
        return JsonResponse(told, status=STATUS.get(type(refusal), 422))


def _is_foreign(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin", "")
    return bool(origin) and origin != f"{request.scheme}://{request.get_host()}"
