"""What the screens of components draw: how long checks took, as a line, and past states, as bars."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from deskbell.lib import clock
from deskbell.monitoring.models import Check, Component, Timing

WIDTH, HEIGHT = 960, 120
LATELY = timedelta(days=3)  # of the small lines in a list
DAYS = 30  # of the bars
Span = Timing.Span


@dataclass(frozen=True)
class Range:
    """A stretch that a chart shows, from roll-ups of one span."""

    words: str
    ago: str
    length: timedelta
    span: str
    step: timedelta


RANGES: Mapping[str, Range] = {
    "day": Range("24 hours", "24 hours ago", timedelta(days=1), Span.MINUTE, timedelta(minutes=1)),
    "month": Range("30 days", "30 days ago", timedelta(days=30), Span.HOUR, timedelta(hours=1)),
    "year": Range("A year", "a year ago", timedelta(days=365), Span.DAY, timedelta(days=1)),
}


@dataclass(frozen=True)
class Bar:
    """A stretch in one state; `x` and `width` of WIDTH."""

    x: float
    width: float
    state: str
    words: str


def timings(check: Check, within: str) -> dict[str, object]:
    """A range of a check as lines of milliseconds, broken where nothing was heard, with each failure
    marked. `within` is a key of RANGES."""
    shown = RANGES.get(within, RANGES["day"])
    since = clock.now() - shown.length
    rows = list(Timing.objects.filter(of=check, span=shown.span, at__gte=since).order_by("at"))
    answered = [row for row in rows if row.verdicts > row.failures]
    most = max((_mean(row) for row in answered), default=0) or 1.0
    gap = max(3 * shown.step, timedelta(seconds=2.5 * check.every))
    count, failures = sum(row.verdicts for row in rows), sum(row.failures for row in rows)
    return {
        "shown": shown,
        "lines": _lines(answered, since, shown.length, most, gap),
        "failed": [_x(row.at, since, shown.length) for row in rows if row.failures],
        "top_ms": round(most),
        "most_ms": round(max((row.most_ms for row in answered), default=0)),
        "mean_ms": round(
            sum(row.total_ms for row in answered)
            / max(1, sum(row.verdicts - row.failures for row in answered))
        ),
        "verdicts": count,
        "failures": failures,
        "well": None if not count else (count - failures) * 10_000 // count / 100,
        "width": WIDTH,
        "height": HEIGHT,
    }


def small_lines(checks: Sequence[Check]) -> dict[int, str]:
    """Of each check the last days as points of a small line, from the hours."""
    since = clock.now() - LATELY
    rows = defaultdict(list)
    hours = Timing.objects.filter(of__in=checks, span=Span.HOUR, at__gte=since).order_by("at")
    for row in hours:
        if row.verdicts > row.failures:
            rows[row.of_id].append(row)
    found = {}
    for pk, some in rows.items():
        most = max(_mean(row) for row in some) or 1.0
        found[pk] = " ".join(
            f"{_x(row.at, since, LATELY)},{round(HEIGHT - _mean(row) / most * HEIGHT, 1)}"
            for row in some
        )
    return found


def past_states(component: Component) -> dict[str, object]:
    """The last 30 days of a component: a bar for each state, and the share of each, in percent."""
    now = clock.now()
    since = now - timedelta(days=DAYS)
    changes = list(component.changes.filter(at__gt=since).order_by("at", "id"))
    before = component.changes.filter(at__lte=since).order_by("-at", "-id").first()
    first = before.state if before else str(Component.State.NOT_WATCHED)
    marks = [(since, first), *((each.at, each.state) for each in changes), (now, "")]
    if before is None:  # nothing is known of the time before it was made
        marks[0] = (min(max(since, component.created_at), marks[1][0]), first)
    lasted: dict[str, timedelta] = defaultdict(timedelta)
    bars = []
    for (start, state), (end, _) in pairwise(marks):
        lasted[state] += end - start
        x, label = _x(start, since, now - since), Component.State(state).label
        bars.append(Bar(x, round(_x(end, since, now - since) - x, 2), state, label))
    whole = sum(lasted.values(), timedelta()) or timedelta(1)
    shares = [
        (state, Component.State(state).label, int(10_000 * length / whole) / 100)
        for state, length in sorted(lasted.items(), key=lambda each: -each[1])
    ]
    return {"bars": [bar for bar in bars if bar.width > 0], "shares": shares, "width": WIDTH}


def _lines(
    rows: Iterable[Timing], since: datetime, length: timedelta, most: float, gap: timedelta
) -> list[str]:
    lines: list[list[str]] = []
    before: datetime | None = None
    for row in rows:
        if before is None or row.at - before > gap:
            lines.append([])
        before = row.at
        y = round(HEIGHT - _mean(row) / most * (HEIGHT - 4) - 2, 1)
        lines[-1].append(f"{_x(row.at, since, length)},{y}")
    # A point alone is no line: a short one stands for it.
    return [" ".join(points if len(points) > 1 else [points[0], points[0]]) for points in lines]


def _x(at: datetime, since: datetime, length: timedelta) -> float:
    return round(max(0.0, (at - since) / length) * WIDTH, 2)


def _mean(row: Timing) -> float:
    return row.total_ms / max(1, row.verdicts - row.failures)
