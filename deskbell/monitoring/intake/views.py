"""The doors: a wrong secret is 404, what can't be stored is 503, anything else is taken (2xx)."""

from __future__ import annotations

import json
import logging

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.lib import clock, sealing
from deskbell.lib.errors import Refused
from deskbell.monitoring.intake import receiving
from deskbell.monitoring.intake.common import storable
from deskbell.monitoring.intake.grafana import reading as grafana
from deskbell.monitoring.intake.pagerduty.reading import dedup_key, routing_key
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
        sent = _sent(request)
        if source is None:
            return JsonResponse({"error": NOBODY}, status=404)
        if why := _why_not_theirs(source, request, sent):
            return JsonResponse({"error": why}, status=403)
        body = receiving.store(source, sent, is_test=_is_test(request))
    except (DatabaseError, OSError) as error:
        log.warning("An alert could not be stored: %s", error)
        return JsonResponse({"error": AGAIN}, status=503)
    return JsonResponse({"stored": body.pk}, status=202 if body.is_cut else 200)


@csrf_exempt
@require_POST
def enqueue(request: HttpRequest) -> HttpResponse:
    """`POST /v2/enqueue`, as PagerDuty has it: the secret is the `routing_key` in the body."""
    try:
        sent = _sent(request)
        source = _source(routing_key(sent.content), Source.Kind.PAGERDUTY)
        if source is None:
            wrong = {"status": "invalid event", "message": "No source has this routing_key."}
            return JsonResponse(wrong | {"errors": ["routing_key"]}, status=400)
        receiving.store(source, sent, is_test=_is_test(request))
    except (DatabaseError, OSError) as error:
        log.warning("An event could not be stored: %s", error)
        return JsonResponse({"status": "error", "message": AGAIN}, status=503)
    event = _event(sent.content)
    taken = {"status": "success", "message": "Event processed", "dedup_key": dedup_key(event)}
    return JsonResponse(taken, status=202)


def _source(token: str, kind: str) -> Source | None:
    return Source.objects.filter(kind=kind, token=storable(token)).first()


def _sent(request: HttpRequest) -> receiving.Sent:
    headers = {name.lower(): value for name, value in request.headers.items()}
    declared = request.META.get("CONTENT_LENGTH") or ""
    return receiving.receive(
        request, declared=int(declared) if declared.isdecimal() else 0, headers=headers
    )


def _why_not_theirs(source: Source, request: HttpRequest, sent: receiving.Sent) -> str:
    """A source with a secret signs what it sends; a wrong signature is a wrong secret."""
    if source.kind != Source.Kind.GRAFANA or not source.sealed:
        return ""
    try:
        secret = sealing.unseal(source.sealed)
    except Refused as error:
        log.warning("The secret of %s can no longer be read: %s", source, error)
        return ""  # our own fault must not drop an alarm: the address is secret too
    headers = {name.lower(): value for name, value in request.headers.items()}
    at_header = str(source.settings.get("timestamp_header") or "")
    return grafana.why_refused(
        sent.content, headers, secret=secret, now=clock.now(), at_header=at_header
    )


def _is_test(request: HttpRequest) -> bool:
    """The desk's own “send a test”: whoever has the secret may mark what they send."""
    return request.headers.get("X-Deskbell-Test") == "1"


def _event(content: bytes) -> dict[str, object]:
    try:
        found = json.loads(content.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
