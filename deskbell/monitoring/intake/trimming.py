"""Old bodies go after a while, a few at a time; what they said stays in the alerts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from deskbell.lib import clock
from deskbell.monitoring.models import Body

BATCH = 500
LOOKED_AT_EVERY = 3600.0  # seconds


def step() -> float:
    """Remove what is older than `DESKBELL_KEEP_ALERT_BODIES` days (the worker's loop)."""
    until = clock.now() - timedelta(days=settings.KEEP_ALERT_BODIES)
    after = 0
    while last := _trim(after, until):
        after = last
    return LOOKED_AT_EVERY


def _trim(after: int, until: datetime) -> int:
    """A batch in the order in which they came; returns its last number, 0 at the first that is newer.
    One that waits to be read stays, however old it is."""
    batch = list(
        Body.objects.filter(pk__gt=after)
        .order_by("id")
        .values_list("pk", "received_at", "state")[:BATCH]
    )
    old = [(pk, state) for pk, received_at, state in batch if received_at < until]
    Body.objects.filter(pk__in=[pk for pk, state in old if state != Body.State.WAITING]).exclude(
        state=Body.State.WAITING
    ).delete()
    return old[-1][0] if len(old) == len(batch) and old else 0
