"""What the screens of components draw: watched minutes, and the timings of a check as a line."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.db.models import Q, Sum

from deskbell.lib import clock
from deskbell.monitoring.models import Check, Timing

DAYS = 30
HOURS = 24
WIDTH, HEIGHT = 960, 120
MINUTE = timedelta(minutes=1)


def watched_share(of: Q | None = None) -> float | None:
    """Of the last 30 days' check-minutes, the percentage that has a verdict (P1); None without checks.

    Promised are the minutes since a check was made, as many as the check is asked in; a desk that was down
    itself has none for that time.
    """
    now = clock.now()
    since = now - timedelta(days=DAYS)
    checks = Check.objects.exclude(kind=Check.Kind.HEARTBEAT).exclude(state=Check.State.PAUSED)
    listed = list(checks.filter(of) if of else checks)
    promised = {check.pk: _promised(check, since) for check in listed}
    if sum(promised.values()) < 1:
        return None
    spans = Timing.objects.filter(of__in=listed, span=Timing.Span.MINUTE, at__gte=since)
    heard = dict(spans.values_list("of").annotate(minutes=Sum("minutes")))
    # Each check by itself, so that none makes up for what another has missed; never rounded up.
    had = sum(min(minutes, heard.get(pk) or 0) for pk, minutes in promised.items())
    return math.floor(10_000 * had / sum(promised.values())) / 100


def _promised(check: Check, since: datetime) -> float:
    """Minutes for which this check was to have a verdict; one stands for its check's interval."""
    length = (clock.now() - max(check.created_at, since)).total_seconds()
    return max(0.0, length / 60 - max(1.0, check.every / 60))


def timings(check: Check) -> dict[str, object]:
    """The last 24 hours as a line of milliseconds, with the minutes that failed marked."""
    since = clock.now() - timedelta(hours=HOURS)
    rows = list(
        Timing.objects.filter(of=check, span=Timing.Span.MINUTE, at__gte=since).order_by("at")
    )
    answered = [row for row in rows if row.verdicts > row.failures]
    most = max((row.most_ms for row in answered), default=0) or 1.0

    def x(row: Timing) -> float:
        return round((row.at - since) / timedelta(hours=HOURS) * WIDTH, 1)

    points = [f"{x(row)},{round(HEIGHT - _mean(row) / most * HEIGHT, 1)}" for row in answered]
    mean = sum(_mean(row) for row in answered) / len(answered) if answered else 0
    return {
        "points": " ".join(points),
        "failed": [x(row) for row in rows if row.failures],
        "most_ms": round(most),
        "mean_ms": round(mean),
        "minutes": len(rows),
        "width": WIDTH,
        "height": HEIGHT,
    }


def _mean(row: Timing) -> float:
    return row.total_ms / row.verdicts if row.verdicts else 0.0
