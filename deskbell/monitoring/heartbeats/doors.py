"""The addresses that jobs call, with the habits of Healthchecks and of Uptime Kuma's push monitors.

A wrong secret is 404 and what can't be stored is 503; whatever else a job says is taken. A session or a
cookie is never asked for.
"""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from deskbell.lib.callers import caller_of
from deskbell.monitoring.heartbeats import receiving
from deskbell.monitoring.models import Ping

MOST = 10_000  # bytes of a body that are kept
DRAINED = 16 * 1024 * 1024
log = logging.getLogger(__name__)
Kind = Ping.Kind


@csrf_exempt
@never_cache
@require_http_methods(["HEAD", "GET", "POST"])
def ping(
    request: HttpRequest, token: UUID, kind: str = Kind.SUCCESS, status: int | None = None
) -> HttpResponse:
    """`/ping/<uuid>`, then nothing, `/start`, `/fail`, `/log` or an exit status from 0 to 255."""
    if status is not None:
        if status > 255:
            return _said("An exit status is a number from 0 to 255.", 400)
        kind = Kind.FAIL if status else Kind.SUCCESS
    try:
        told = receiving.Told(
            kind,
            exit_status=status,
            run=_uuid(request.GET.get("rid", "")),
            body=_body(request),
            machine=caller_of(request),
            agent=request.headers.get("User-Agent", "").replace("\x00", ""),
        )
        known = receiving.take(token, told)
    except (DatabaseError, OSError) as error:
        log.warning("A ping could not be stored: %s", error)
        return _said("It could not be stored; send it again.", 503)
    return _said("OK", 200) if known else _said("not found", 404)


@csrf_exempt
@never_cache
@require_http_methods(["HEAD", "GET", "POST"])
def push(request: HttpRequest, token: str) -> HttpResponse:
    """`/api/push/<token>?status=up|down&msg=&ping=`, as Uptime Kuma has it. `ping` is milliseconds."""
    secret = _uuid(token)
    said = request.GET
    told = receiving.Told(
        Kind.SUCCESS if said.get("status", "up") == "up" else Kind.FAIL,
        body=said.get("msg", "").encode()[:MOST],
        machine=caller_of(request),
        agent=request.headers.get("User-Agent", "").replace("\x00", ""),
        ms=_milliseconds(said.get("ping", "")),
    )
    try:
        known = secret is not None and receiving.take(secret, told)
    except DatabaseError as error:
        log.warning("A push could not be stored: %s", error)
        return JsonResponse({"ok": False, "msg": "Not stored; send it again."}, status=503)
    if not known:
        return JsonResponse({"ok": False, "msg": "No monitor has this address."}, status=404)
    return JsonResponse({"ok": True})


def _said(text: str, status: int) -> HttpResponse:
    answer = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    answer["Ping-Body-Limit"] = str(MOST)
    answer["Access-Control-Allow-Origin"] = "*"  # a page may tell that its own job ran
    return answer


def _body(request: HttpRequest) -> bytes:
    """The first 10 kB of what was posted. The rest is read too, so that the sender isn't cut off."""
    if request.method != "POST":
        return b""
    kept = request.read(MOST)
    drained = len(kept)
    while drained < DRAINED and (chunk := request.read(64 * 1024)):
        drained += len(chunk)
    return kept


def _uuid(text: str) -> UUID | None:
    """A run's name that can't be read is none: better a ping without its run than no ping."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _milliseconds(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if 0 <= found < 1e9 else None
