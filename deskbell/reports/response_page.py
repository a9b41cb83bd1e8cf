"""What the page of chats' first replies shows: figures, how the times spread, and every line of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from deskbell.lib import clock
from deskbell.lib.numbers import whole
from deskbell.look.words import amount
from deskbell.reports.response import Line, Response, measured
from deskbell.tickets.models import Channel, Ticket

PERIODS = (7, 30, 90)
MOST_LINES = 500
STEPS = ((60, "up to 1 min"), (120, "1 to 2 min"), (300, "2 to 5 min"), (900, "5 to 15 min"))
LONGER = "longer"
LONGEST = float("inf")


def page(days: str) -> dict[str, Any]:
    """The context of the page for the last 7, 30 or 90 days. Until a desk has chats of its own, it shows
    the make-believe town's, and says so."""
    chosen = whole(days, 1, 90) or 30
    chosen = chosen if chosen in PERIODS else 30
    now = clock.now()
    since = now - timedelta(days=chosen)
    found, demo = measured(since, now), False
    if not found.lines and Ticket.objects.filter(channel=Channel.CHAT, demo=True).exists():
        found, demo = measured(since, now, demo=True), True
    return {
        "days": chosen,
        "periods": PERIODS,
        "found": found,
        "demo": demo,
        "mean": _said(found.mean),
        "middle": _said(found.middle),
        "share": None if found.share_within is None else f"{found.share_within * 100:.1f} %",
        "promised": _said(found.promised),
        "is_met": found.mean is not None
        and found.promised is not None
        and found.mean <= found.promised,
        "spread": spread(found),
        "lines": found.lines[:MOST_LINES],
        "more": max(0, len(found.lines) - MOST_LINES),
    }


def spread(found: Response) -> list[dict[str, Any]]:
    """How many were answered in how many minutes; the bar's length out of 100."""
    counts = dict.fromkeys([label for _, label in STEPS] + [LONGER], 0)
    for line in found.answered:
        counts[_step(line)] += 1
    most = max(counts.values(), default=0) or 1
    begins = [0, *(seconds for seconds, _ in STEPS)]
    promised = found.promised.total_seconds() if found.promised else LONGEST
    return [
        {
            "label": label,
            "count": count,
            "bar": round(count / most * 100, 1),
            "beyond": begin >= promised,
        }
        for begin, (label, count) in zip(begins, counts.items(), strict=True)
    ]


def _step(line: Line) -> str:
    seconds = line.took.total_seconds()
    return next((label for most, label in STEPS if seconds <= most), LONGER)


def _said(time: timedelta | None) -> str:
    return "–" if time is None else amount(time)
