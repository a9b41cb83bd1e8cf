"""What a heartbeat's page draws: its last day as a line of states, and its pings with what they said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from deskbell.lib import clock
from deskbell.monitoring.models import Check, Ping

SPAN = timedelta(days=1)
WIDTH = 1000  # of the line, in its own units


@dataclass(frozen=True)
class Bar:
    """A stretch in one state."""

    x: float
    width: float
    state: str


@dataclass(frozen=True)
class Mark:
    """A ping on the line; `x` as above."""

    x: float
    kind: str


@dataclass(frozen=True)
class Shown:
    """A ping with its body as text."""

    ping: Ping
    text: str
    seconds: float | None


def timeline(check: Check, pings: list[Ping]) -> dict[str, object]:
    """The last day: a bar for each state, a mark for each ping among `pings` that lies in it."""
    now = clock.now()
    start = now - SPAN
    changes = list(check.changes.filter(at__gt=start).order_by("at", "id"))
    before = check.changes.filter(at__lte=start).order_by("-at", "-id").first()
    state, at = (before.state if before else str(Check.State.NEW)), start
    bars = []
    for change in changes:
        bars.append(_bar(at, change.at, state, start))
        state, at = change.state, change.at
    bars.append(_bar(at, now, state, start))
    marks = [Mark(_place(ping.at, start), ping.kind) for ping in pings if ping.at > start]
    return {"bars": [bar for bar in bars if bar.width > 0], "marks": marks}


def shown(pings: list[Ping]) -> list[Shown]:
    """The pings, newest first, as people read them."""
    return [
        Shown(
            ping,
            bytes(ping.body).decode("utf-8", "replace").replace("\x00", "�"),
            round(ping.took.total_seconds(), 1) if ping.took is not None else None,
        )
        for ping in pings
    ]


def _bar(start: datetime, end: datetime, state: str, since: datetime) -> Bar:
    x = _place(start, since)
    return Bar(x, round(_place(end, since) - x, 2), state)


def _place(instant: datetime, since: datetime) -> float:
    return round((instant - since) / SPAN * WIDTH, 2)
