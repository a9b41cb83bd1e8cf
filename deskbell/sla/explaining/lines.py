"""The spans of a clock: exact, with running totals, and folded so that a long one stays readable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from deskbell.sla.core import Clock, Segment, explain
from deskbell.sla.explaining.nouns import Line, Step, Why
from deskbell.sla.explaining.voice import Voice

MOST_DAYS = 3  # from here on a line is a whole day, and closed nights have none of their own
MOST_LINES = 14  # from here on those in the middle are folded
ENDS_SHOWN = 5
_NIGHT = timedelta(hours=24)
_NAMES_SHOWN = 3
_NOTHING = timedelta(0)
_PAUSED, _CLOSED = "paused: ", "closed"  # as the core begins its reasons


def steps_of(clock: Clock, say: Voice) -> list[Step]:
    """The segments of a clock with what has been counted up to the end of each.

    One that goes on past the breach is cut there, so that what is late can be told apart.
    """
    steps: list[Step] = []
    total = _NOTHING
    for segment in explain(clock):
        for start, end in _cut(segment, clock.breached_at):
            counted = end - start if segment.covered else _NOTHING
            total += counted
            late = clock.breached_at is not None and start >= clock.breached_at
            why, reason = _reason(segment, clock, say)
            steps.append(Step(start, end, counted, total, why, reason, late))
    return steps


def lines_of(steps: Sequence[Step], zone: ZoneInfo, say: Voice) -> list[Line]:
    """The steps as one reads them: closed spans joined, and a day a line where there are many.

    `zone`: the coverage's, by whose midnights days are told apart.
    """
    lines = _joined(steps, say)
    if sum(line.why is Why.COUNTED for line in lines) > MOST_DAYS:
        lines = _by_day(lines, zone)
    return lines


def folded(lines: Sequence[Line], say: Voice) -> list[Line]:
    """Lines few enough to be read: of many, the first and last ones, and one for all between."""
    if len(lines) <= MOST_LINES:
        return list(lines)
    first, middle, last = lines[:ENDS_SHOWN], lines[ENDS_SHOWN:-ENDS_SHOWN], lines[-ENDS_SHOWN:]
    days = sum(line.why is Why.COUNTED for line in middle)
    fold = Line(
        start=middle[0].start,
        end=middle[-1].end,
        counted=sum((line.counted for line in middle), _NOTHING),
        total=middle[-1].total,
        why=Why.FOLDED,
        reason=say("{count} more days", count=days),
        late=all(line.late for line in middle),
        inner=tuple(middle),
    )
    return [*first, fold, *last]


def _cut(segment: Segment, at: datetime | None) -> Iterable[tuple[datetime, datetime]]:
    if at is not None and segment.start < at < segment.end:
        return [(segment.start, at), (at, segment.end)]
    return [(segment.start, segment.end)]


def _reason(segment: Segment, clock: Clock, say: Voice) -> tuple[Why, str]:
    """Why it counts or not, and the words: of a holiday its name, of a pause what was waited for."""
    if segment.covered:
        return Why.COUNTED, say("covered by {hours}", hours=say.coverage(str(clock.hours)))
    if segment.reason.startswith(_PAUSED):
        return Why.PAUSED, say.pause(segment.reason)
    if segment.reason == _CLOSED:
        return Why.CLOSED, say("closed")
    return Why.HOLIDAY, say.holiday(segment.reason)


def _joined(steps: Sequence[Step], say: Voice) -> list[Line]:
    """Neighboring closed spans, holidays among them, are one line that names the holidays."""
    lines: list[Line] = []
    for closed, neighbors in groupby(steps, lambda step: step.why in {Why.CLOSED, Why.HOLIDAY}):
        run = list(neighbors)
        lines += [_line_of_closed(run, say)] if closed else map(_line_of, run)
    return lines


def _line_of(step: Step) -> Line:
    return Line(
        step.start, step.end, step.counted, step.total, step.why, step.reason, late=step.late
    )


def _line_of_closed(run: list[Step], say: Voice) -> Line:
    names = list(dict.fromkeys(step.reason for step in run if step.why is Why.HOLIDAY))
    told = ", ".join(names[:_NAMES_SHOWN]) + (", …" if len(names) > _NAMES_SHOWN else "")
    reason = say("closed: {names}", names=told) if names else say("closed")
    why = Why.HOLIDAY if names else Why.CLOSED
    last = run[-1]
    return Line(run[0].start, last.end, _NOTHING, last.total, why, reason, late=run[0].late)


def _by_day(lines: Sequence[Line], zone: ZoneInfo) -> list[Line]:
    days: list[Line] = []
    night: Line | None = None
    for line in lines:
        if days and night is None and _is_night(line) and days[-1].why is Why.COUNTED:
            night = line
            continue
        if night and _is_same_day(days[-1], line, zone):
            days[-1] = _lengthened(days[-1], line)
        else:
            days.append(line)
        night = None
    return days if night is None else [*days, night]


def _is_night(line: Line) -> bool:
    return line.why is Why.CLOSED and line.end - line.start < _NIGHT


def _is_same_day(before: Line, line: Line, zone: ZoneInfo) -> bool:
    """Two windows of one day, such as before and after lunch."""
    if line.why is not Why.COUNTED or before.late != line.late:
        return False
    return before.start.astimezone(zone).date() == line.start.astimezone(zone).date()


def _lengthened(day: Line, by: Line) -> Line:
    counted = day.counted + by.counted
    return Line(day.start, by.end, counted, by.total, day.why, day.reason, late=day.late)
