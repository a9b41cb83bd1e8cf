"""“Watched: 99.97 % of the last 30 days”: check-minutes with a verdict out of minutes promised (P1).

Promised is each minute since a check was made, except those in which a person had paused it. While the
desk itself was down, or its network gone, a check has no verdict: those minutes are unwatched.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import connection

from deskbell.lib import clock
from deskbell.monitoring.checks import rolling
from deskbell.monitoring.models import Check

DAYS = 30
PAUSED = """
    SELECT of_id, sum(extract(epoch FROM least(until, %(now)s) - greatest(at, %(since)s)))::float
    FROM (
        SELECT of_id, state, at,
            coalesce(lead(at) OVER (PARTITION BY of_id ORDER BY at, id), %(now)s) AS until
        FROM monitoring_checkchange WHERE of_id = ANY(%(checks)s)
    ) AS spans
    WHERE state = 'paused' AND until > %(since)s AND at < %(now)s
    GROUP BY of_id
"""


def watched() -> tuple[float | None, Mapping[int, float]]:
    """The percentage for the whole desk, and for each component by its key; None where nothing was
    promised. Heartbeats promise no verdicts of their own."""
    checks = list(
        Check.objects.exclude(kind=Check.Kind.HEARTBEAT).only("component", "created_at", "every")
    )
    counted = _counted(checks)
    of_component = defaultdict(list)
    for check in checks:
        of_component[check.component_id].append(counted[check.pk])
    shares = {pk: share for pk, some in of_component.items() if (share := _share(some)) is not None}
    return _share(counted.values()), shares


def watched_of(component: int) -> float | None:
    """The percentage of one component."""
    checks = Check.objects.exclude(kind=Check.Kind.HEARTBEAT).filter(component=component)
    return _share(_counted(list(checks)).values())


def _counted(checks: list[Check]) -> Mapping[int, tuple[float, float]]:
    """Of each check: minutes with a verdict, and minutes promised. Each by itself, so that none makes up
    for what another has missed."""
    now = clock.now()
    since = rolling.full_hour(now - timedelta(days=DAYS))
    keys = [check.pk for check in checks]
    heard, paused = rolling.minutes_heard(keys, since), _paused(keys, since, now)
    found = {}
    for check in checks:
        length = (now - max(check.created_at, since)).total_seconds() / 60
        # The last interval is still to come: one verdict stands for it.
        promised = max(0.0, length - paused.get(check.pk, 0.0) - max(1.0, check.every / 60))
        found[check.pk] = (min(promised, heard.get(check.pk) or 0), promised)
    return found


def _share(counted: Iterable[tuple[float, float]]) -> float | None:
    """In percent, never rounded up."""
    pairs = list(counted)
    promised = sum(each for _, each in pairs)
    return math.floor(10_000 * sum(had for had, _ in pairs) / promised) / 100 if promised else None


def _paused(checks: list[int], since: datetime, now: datetime) -> Mapping[int, float]:
    """The minutes of each check in which nobody wanted it asked."""
    with connection.cursor() as cursor:
        cursor.execute(PAUSED, {"checks": checks, "since": since, "now": now})
        return {pk: seconds / 60 for pk, seconds in cursor.fetchall()}
