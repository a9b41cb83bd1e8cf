"""The worker's step: checks that nobody asks any more. Whoever should ask them died, hangs, or is far behind.

What they last said is no truth any more: they become unknown, and one alert tells of it (E8). Asked again,
each is judged anew, so a restart by itself raises no alarm.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from deskbell.lib import clock
from deskbell.monitoring import standing
from deskbell.monitoring.checks import telling, turning
from deskbell.monitoring.models import Check

LATE = timedelta(seconds=90)  # a check that was due so long ago is not being asked
# All of PostgreSQL, or this machine, may have stood still: then nobody could ask, and nobody is to blame.
# Only what is seen late for so long by a worker that looks again and again is.
SEEN_FOR = 45.0  # seconds
LOOKED_AT_EVERY = 10.0
LONGEST_BREAK = 30.0  # between two looks, else the seeing begins anew
BATCH = 50


class Standstill:
    """What one worker has seen. `now` is a clock in seconds that never jumps."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._looked_at = self._since = float("-inf")

    def step(self) -> float:
        """Look once, and answer the seconds until the next look (the worker's loop)."""
        seen, late = self._now(), _late()
        first = late.order_by("next_at").values_list("next_at", flat=True).first()
        if seen - self._looked_at > LONGEST_BREAK or first is None:
            self._since = seen
        self._looked_at = seen
        if first is None:
            telling.say_standstill(None)
        elif seen - self._since >= SEEN_FOR:
            telling.say_standstill(first)
            while _forget_some():
                pass
        return LOOKED_AT_EVERY


def _late() -> QuerySet[Check]:
    """As the index `check_due` has them."""
    asked = Check.objects.exclude(kind=Check.Kind.HEARTBEAT).exclude(state=Check.State.PAUSED)
    return asked.filter(next_at__lt=clock.now() - LATE)


@transaction.atomic
def _forget_some() -> bool:
    """Make a batch of what is not asked unknown; False if there is no more."""
    found = (
        _late()
        .exclude(state__in=[Check.State.UNKNOWN, Check.State.NEW])
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("component")
        .order_by("pk")[:BATCH]
    )
    checks = list(found)
    for check in checks:
        _forget(check, clock.now())
    return bool(checks)


def _forget(check: Check, now: datetime) -> None:
    """An answer that is still on its way is to an old question, and failures before are not in a row."""
    check.last_said = "The desk’s checks stand still, so it was not asked."
    check.leased_until, check.failures = None, 0
    check.save(update_fields=["last_said", "leased_until", "failures"])
    turning.move(check, Check.State.UNKNOWN, now)
    standing.settle(check.component, why=f"{check.name} is no longer asked by the desk")
