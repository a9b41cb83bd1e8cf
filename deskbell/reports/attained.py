"""What was really attained in the last 90 days: how many promises were kept, by metric, and how soon a chat
was answered (P3). Counted anew every few minutes, since anyone may ask."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet

from deskbell.lib import clock
from deskbell.look.languages import Say
from deskbell.reports.promise_words import METRICS
from deskbell.sla.core import Policy
from deskbell.sla.models import Clock
from deskbell.tickets.models import Channel, Ticket

DAYS = 90
FRESH = 600.0  # seconds
FEWEST = 10  # ended promises, below which a share says nothing


def figures(policy: Policy, say: Say) -> dict[str, Any]:
    """By metric: how many were decided, the share that was kept in percent, never rounded up."""
    counted = _counted(int(time.monotonic() // FRESH), clock.now().date().isoformat())
    rows = [
        {
            "name": say(METRICS[metric][0]),
            "count": met + missed,
            "percent": percent(met, met + missed),
            "share": round(100 * met / (met + missed), 2),
        }
        for metric, met, missed in counted["metrics"]
        if metric in METRICS and met + missed >= FEWEST
    ]
    return {"rows": rows, "chat": counted["chat"], "demo": counted["demo"], "days": DAYS}


def forget() -> None:
    """Count anew at the next question."""
    _counted.cache_clear()


def percent(part: int, whole: int) -> str:
    """ "99.4", "100": to a tenth, never rounded up."""
    tenths = 1000 * part // whole
    return f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths / 10:.1f}"


@lru_cache(maxsize=1)
def _counted(_round: int, _today: str) -> dict[str, Any]:
    """Real tickets alone; a desk that has only make-believe ones counts these, and says so."""
    demo = not Ticket.objects.filter(demo=False).exists() and Ticket.objects.exists()
    since = clock.now() - timedelta(days=DAYS)
    clocks = Clock.objects.filter(ticket__demo=demo, started_at__gt=since)
    found = {
        row["metric"]: (row["met"], row["missed"])
        for row in clocks.order_by()
        .values("metric")
        .annotate(
            met=Count("pk", filter=Q(outcome=Clock.Outcome.MET)),
            missed=Count("pk", filter=Q(outcome=Clock.Outcome.BREACHED)),
        )
    }
    return {
        "metrics": [(metric, *found[metric]) for metric in METRICS if metric in found],
        "chat": _chat(clocks),
        "demo": demo,
    }


def _chat(clocks: QuerySet[Clock]) -> timedelta | None:
    """How long a chat waited for its first reply, on average, of those that had one at their first sitting:
    what was answered by mail on the next day is in the shares above."""
    answered = clocks.filter(
        metric=Clock.Metric.FIRST_REPLY,
        ticket__channel=Channel.CHAT,
        stopped_at__isnull=False,
        stopped_at__lt=F("started_at") + timedelta(hours=4),
    ).exclude(outcome=Clock.Outcome.CANCELLED)
    told = answered.aggregate(wait=Avg(F("stopped_at") - F("started_at")), count=Count("pk"))
    return told["wait"] if told["count"] >= FEWEST else None
