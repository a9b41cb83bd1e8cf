"""How a deadline came about, segment by segment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from deskbell.sla.core import wall
from deskbell.sla.core.clocks import Clock
from deskbell.sla.core.coverage import Coverage
from deskbell.sla.core.draft import Draft, Pause
from deskbell.sla.core.instants import micros, moment
from deskbell.sla.core.policy import Policy

_CLOSED = "closed"
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Segment:
    """A span of a clock: aware UTC instants, the covered time counted in it, and why.

    `reason` is "covered by Business hours", "closed", the name of a holiday, or
    "paused: waiting for the customer".
    """

    start: datetime
    end: datetime
    counted: timedelta
    covered: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """A promise that holds for a clock: the line of the policy that makes it, and what it gives.

    `kind` and `of`: "impact" and the impact, "chat", "alert", or "tier" and the tier. `due`: the
    instant that follows from it alone, None while paused before that. `counts`: whether it is the
    one that gives the clock's due instant (K15).
    """

    policy: Policy
    kind: str
    of: str
    target: timedelta
    hours: Coverage
    due: datetime | None
    counts: bool


def held(clock: Clock) -> list[Held]:
    """The promises that hold for a clock, or held when it ended: two of a live chat (K15).

    The impact's comes before the chat's. A clock that was breached at its own due instant keeps
    those that held at that instant (K8).
    """
    draft = Draft(clock.metric, clock.ordinal, micros(clock.start, "start"), clock.about)
    for start, end, reason in clock.pauses:
        draft.pauses.append(
            Pause(micros(start, "start"), None if end is None else micros(end, "end"), reason)
        )
    dues = [draft.instant_of(bound, bound.target) for bound in clock.bounds]
    first = min((due for due in dues if due is not None), default=None)
    counts = dues.index(first)
    return [
        Held(
            policy=bound.policy,
            kind=bound.kind,
            of=bound.of,
            target=timedelta(microseconds=bound.target),
            hours=bound.hours,
            due=None if due is None else moment(due),
            counts=place == counts,
        )
        for place, (bound, due) in enumerate(zip(clock.bounds, dues, strict=True))
    ]


def explain(clock: Clock) -> list[Segment]:
    """The segments of a clock, without gaps or overlaps.

    Of one that runs, or is breached and not yet answered: from start to due; they add up to the
    target. While paused: up to now. Of one that has ended: to its stop; they add up to what was
    counted.
    """
    end = clock.stop or clock.due or clock.as_of
    segments: list[Segment] = []
    at = clock.start
    for start, stop, reason in clock.pauses:
        if at < min(start, end):
            segments += _active(clock.hours, at, min(start, end))
        at, past = max(at, start), min(stop or end, end)
        if at < past:
            segments.append(_uncounted(at, past, reason))
        at = max(at, past)
    if at < end:
        segments += _active(clock.hours, at, end)
    return segments


def _active(hours: Coverage, start: datetime, end: datetime) -> Iterator[Segment]:
    at = start
    for opening, closing in hours.intervals(start, end):
        yield from _closed(hours, at, opening)
        yield Segment(opening, closing, closing - opening, True, f"covered by {hours}")
        at = closing
    yield from _closed(hours, at, end)


def _closed(hours: Coverage, start: datetime, end: datetime) -> Iterator[Segment]:
    """A span that is not covered, cut at the midnights of the days that say why by name."""
    at = start
    for opening, closing, name in _named_days(hours, start, end):
        if at < opening:
            yield _uncounted(at, opening, _CLOSED)
        yield _uncounted(opening, closing, name)
        at = closing
    if at < end:
        yield _uncounted(at, end, _CLOSED)


def _named_days(
    hours: Coverage, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime, str]]:
    """Exceptional days with a name, cut to the span; neighbors of one name are one."""
    if end <= start:
        return
    found: list[tuple[datetime, datetime, str]] = []
    first, last = start.astimezone(hours.zone).date(), end.astimezone(hours.zone).date()
    for day, name in hours.exceptions_between(first, last):
        opening = max(start, _midnight(hours, day))
        closing = min(end, _midnight(hours, day + _ONE_DAY))
        if not name or opening >= closing:
            continue
        if found and found[-1][1:] == (opening, name):
            found[-1] = (found[-1][0], closing, name)
        else:
            found.append((opening, closing, name))
    yield from found


def _midnight(hours: Coverage, day: date) -> datetime:
    return wall.first(hours.zone, datetime.combine(day, time.min))


def _uncounted(start: datetime, end: datetime, reason: str) -> Segment:
    return Segment(start, end, timedelta(0), False, reason)
