"""What the screens of components draw: the timings of a check as a line."""

from __future__ import annotations

from datetime import timedelta

from deskbell.lib import clock
from deskbell.monitoring.models import Check, Timing

HOURS = 24
WIDTH, HEIGHT = 960, 120


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
