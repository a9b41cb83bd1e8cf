"""What the screen of gaps draws: for each impact ninety days as a strip, and the gaps in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from deskbell.lib import clock
from deskbell.lib.zones import zone
from deskbell.oncall.gaps.finding import AHEAD, policies_in_force, promised
from deskbell.oncall.gaps.holes import Hole
from deskbell.oncall.models import Gap
from deskbell.sla import core
from deskbell.tickets.impacts import Impact

WIDTH = 1000.0  # of a strip, in its own units
NARROWEST = 1.5  # an hour in ninety days would not be seen
CLOSED_BY = {
    Gap.Kind.NOBODY: ("/oncall", "Put someone on call"),
    Gap.Kind.LEAVE: ("/oncall", "Let someone stand in"),
    Gap.Kind.TEAM: ("/oncall", "Put someone on call"),
    Gap.Kind.UNREACHABLE: ("/oncall", "See who is on call"),
    Gap.Kind.UNTESTED: ("/oncall", "See who is on call"),
}


@dataclass(frozen=True)
class Bar:
    """A piece of a strip."""

    x: float
    width: float
    kind: str  # "gap" or "warning"


@dataclass(frozen=True)
class Line:
    """A gap in words, with what closes it. Alike gaps that come again and again are one line."""

    start: datetime
    end: datetime
    why: str
    warning: bool
    times: int
    total: timedelta
    last: datetime
    path: str
    action: str


@dataclass(frozen=True)
class Strip:
    """An impact's ninety days. `promised` and `missing` are sums of time."""

    impact: str
    name: str
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    promised: timedelta
    missing: timedelta
    warned: timedelta

    @property
    def share(self) -> str:
        """How much of what is promised has someone, in percent; never rounded up to 100."""
        if not self.promised:
            return "100"
        share = 100 - 100 * (self.missing / self.promised)
        return f"{min(share, 99.9) if self.missing else share:.1f}".removesuffix(".0")


@dataclass(frozen=True)
class Tick:
    """The beginning of a month on all strips."""

    x: float
    name: str


def strips(holes: Sequence[Hole]) -> list[Strip]:
    """One strip for each impact, the worst first."""
    now = clock.now().replace(second=0, microsecond=0)
    policies = policies_in_force()
    return [_strip(each, holes, now, time_promised(policies, each, now)) for each in Impact]


def time_promised(policies: Sequence[core.Policy], impact: Impact, now: datetime) -> timedelta:
    """How much time the next ninety days promise for an impact."""
    spans = sorted(promised(policies, impact.value, (now, now + AHEAD)))
    total, at = timedelta(0), now
    for start, end in spans:
        total += max(timedelta(0), end - max(start, at))
        at = max(at, end)
    return total


def ticks(zone_name: str) -> list[Tick]:
    """Where months begin on the strips."""
    now = clock.now()
    local = zone(zone_name)
    found, at = [], now.astimezone(local).replace(tzinfo=None)
    for _ in range(4):
        at = (at.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0)
        x = _place(at.replace(tzinfo=local).astimezone(UTC), now)
        if x < WIDTH:
            found.append(Tick(round(x, 1), f"{at:%b}"))
    return found


def _strip(impact: Impact, holes: Sequence[Hole], now: datetime, total: timedelta) -> Strip:
    own = [hole for hole in holes if hole.impact == impact]
    return Strip(
        impact=impact.value,
        name=impact.label,
        bars=tuple(_bar(hole, now) for hole in own),
        lines=tuple(_lines(own)),
        promised=total,
        missing=_sum(hole for hole in own if not hole.warning),
        warned=_sum(hole for hole in own if hole.warning),
    )


def _lines(holes: Sequence[Hole]) -> list[Line]:
    groups: dict[tuple[str, bool], list[Hole]] = {}
    for hole in holes:
        groups.setdefault((hole.why, hole.warning), []).append(hole)
    return [
        Line(
            start=group[0].start,
            end=group[0].end,
            why=why,
            warning=warning,
            times=len(group),
            total=_sum(group),
            last=group[-1].end,
            path=CLOSED_BY[Gap.Kind(group[0].kind)][0],
            action=CLOSED_BY[Gap.Kind(group[0].kind)][1],
        )
        for (why, warning), group in groups.items()
    ]


def _bar(hole: Hole, now: datetime) -> Bar:
    x = _place(max(hole.start, now), now)
    width = max(NARROWEST, _place(hole.end, now) - x)
    return Bar(round(x, 2), round(width, 2), "warning" if hole.warning else "gap")


def _place(instant: datetime, now: datetime) -> float:
    return (instant - now) / AHEAD * WIDTH


def _sum(holes: Iterable[Hole]) -> timedelta:
    return sum((hole.end - hole.start for hole in holes), timedelta(0))
