"""The keys with which a Prometheus reads: made when they are first looked at, and renewed."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from deskbell.lib import clock
from deskbell.lib.ids import new_token
from deskbell.monitoring.models import ReadKey

USED_EVERY = timedelta(minutes=1)


def key_of(of: str) -> ReadKey:
    """The key; made if there is none yet."""
    return ReadKey.objects.get_or_create(of=of)[0]


def renew(of: str) -> None:
    """Another secret; the old one opens nothing from now on."""
    ReadKey.objects.update_or_create(
        of=of, defaults={"token": new_token(), "made_at": clock.now(), "used_at": None}
    )


def refusal(request: HttpRequest, of: str) -> HttpResponse | None:
    """What is answered without the right `Authorization: Bearer`; None if it is right."""
    # Without `type: Bearer` the service discovery of some versions (2.42) sends the key alone.
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    known = ReadKey.objects.filter(of=of).first()
    if known and hmac.compare_digest(given.encode(), known.token.encode()):
        now = clock.now()
        is_old = Q(used_at=None) | Q(used_at__lt=now - USED_EVERY)
        ReadKey.objects.filter(is_old, pk=known.pk).update(used_at=now)
        return None
    headers: dict[str, Any] = {"WWW-Authenticate": "Bearer"}
    return HttpResponse(
        "This needs the key that an administrator finds under Components, Prometheus.\n",
        status=401,
        content_type="text/plain; charset=utf-8",
        headers=headers,
    )
