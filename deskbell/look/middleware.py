"""The one border: what the browser may load, and how an error becomes a sentence for a person."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from deskbell.lib.errors import NotFound, Refused
from deskbell.look import refusing

View = Callable[[HttpRequest], HttpResponse]

# Nothing inline, nothing from elsewhere: words of strangers can't become programs.
POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


def content_security_policy(get_response: View) -> View:
    """Give every answer the policy, unless a view has set a stricter one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return middleware


def refusals(get_response: View) -> View:
    """Show what a verb refused, or did not find, where the person is."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refused):
            return refusing.refused(request, str(error), way_out=error.way_out)
        if isinstance(error, NotFound):
            return refusing.not_found(request, error)
        if isinstance(error, PermissionDenied):
            return refusing.forbidden(request, error)
        return None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
