"""The doors as Django has them, for whatever serves the pages without the quick door; they answer alike.

A wrong secret is 404, what can't be stored is 503, anything else is taken (2xx).
"""

from __future__ import annotations

import logging

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.lib import clock
from deskbell.lib.numbers import whole
from deskbell.monitoring.intake import receiving
from deskbell.monitoring.intake.common import storable
from deskbell.monitoring.intake.grafana import signing
from deskbell.monitoring.intake.pagerduty import answering
from deskbell.monitoring.models import Source

AGAIN = "It could not be stored; send it again."
NOBODY = "No source has this address."
log = logging.getLogger(__name__)


@csrf_exempt
@require_http_methods(["POST", "PUT"])
def door(request: HttpRequest, kind: str, token: str) -> HttpResponse:
    """`POST /alerts/<kind>/<token>`; Grafana may PUT as well."""
    try:
        source = _source(token, kind)
        if source is None:
            return JsonResponse({"error": NOBODY}, status=404)
        sent = _sent(request)
        if why := signing.why_not_theirs(source, _headers(request), sent.content, now=clock.now()):
            return JsonResponse({"error": why}, status=403)
        body = receiving.store(source, sent, is_test=_is_test(request))
    except (DatabaseError, OSError) as error:
        log.warning("An alert could not be stored: %s", error)
        return JsonResponse({"error": AGAIN}, status=503)
    return JsonResponse({"stored": body.pk}, status=202 if body.is_cut else 200)


@csrf_exempt
@require_POST
def enqueue(request: HttpRequest) -> HttpResponse:
    """`POST /v2/enqueue`, and the address of version 1, as PagerDuty has them: the secret stands in the
    body."""
    version = answering.PATHS[request.path]
    try:
        sent = _sent(request)
        opened = answering.opened(sent.content)
        source = _source(opened.key, Source.Kind.PAGERDUTY)
        if source is None:
            return JsonResponse(version.refused(), status=400)
        receiving.store(source, sent, is_test=_is_test(request))
    except (DatabaseError, OSError) as error:
        log.warning("An event could not be stored: %s", error)
        return JsonResponse({"status": "error", "message": AGAIN}, status=503)
    return JsonResponse(version.thanked(opened), status=version.taken)


def _source(token: str, kind: str) -> Source | None:
    return Source.objects.filter(kind=kind, token=storable(token)).first()


def _sent(request: HttpRequest) -> receiving.Sent:
    """Django gives nothing of a body that says no length."""
    declared = request.META.get("CONTENT_LENGTH") or ""
    in_chunks = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    return receiving.receive(
        request.META["wsgi.input"] if in_chunks else request,
        declared=whole(declared) or 0,
        headers=_headers(request),
    )


def _headers(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _is_test(request: HttpRequest) -> bool:
    """The desk's own “send a test”: whoever has the secret may mark what they send."""
    return request.headers.get("X-Deskbell-Test") == "1"
