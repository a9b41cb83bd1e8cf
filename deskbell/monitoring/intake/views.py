"""The doors: a wrong secret is 404, what can't be stored is 503, anything else is taken (2xx)."""

from __future__ import annotations

import logging

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from deskbell.monitoring.intake import receiving
from deskbell.monitoring.models import Source

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def alertmanager(request: HttpRequest, token: str) -> HttpResponse:
    """`POST /alerts/alertmanager/<token>`."""
    return _take(request, Source.Kind.ALERTMANAGER, token)


def _take(request: HttpRequest, kind: str, token: str) -> HttpResponse:
    try:
        source = Source.objects.filter(kind=kind, token=token).first()
        if source is None:
            return JsonResponse({"error": "No source has this address."}, status=404)
        declared = int(request.META.get("CONTENT_LENGTH") or 0)
        body = receiving.store(source, request, declared=declared)
    except (DatabaseError, OSError) as error:
        log.warning("An alert could not be stored: %s", error)
        return JsonResponse({"error": "It could not be stored; send it again."}, status=503)
    return JsonResponse({"stored": body.pk}, status=202 if body.is_cut else 200)
