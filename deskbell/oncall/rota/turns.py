"""Whose turn it is in one layer: turn by turn on the wall clock, cut to the layer's hours (S2, S3)."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from deskbell.oncall.rota.schedule import DAYS, Layer, People
from deskbell.sla.core import wall

Span = tuple[datetime, datetime]
Turn = tuple[datetime, datetime, People]
_DAY = timedelta(days=1)


def turns(layer: Layer, zone: ZoneInfo, start: datetime, end: datetime) -> list[Turn]:
    """Who has the turn in this layer between two instants, in order: (from, to, people), in UTC.
    A hole in the order (nobody) is no turn."""
    start, end = _within_layer(layer, zone, start, end)
    if layer.shifts:
        return _of_shifts(layer, start, end)
    if not layer.people or start >= end:
        return []
    hours = _hours(layer, zone, start, end) if layer.restrictions else [(start, end)]
    found: list[Turn] = []
    at = 0  # in hours, which are in order like the turns
    for begins, ends, people in _whole_turns(layer, zone, start, end):
        while at < len(hours) and hours[at][1] <= begins:
            at += 1
        if people:
            found += [(*span, people) for span in _cut(hours, at, begins, ends)]
    return found


def _of_shifts(layer: Layer, start: datetime, end: datetime) -> list[Turn]:
    """The shifts piece by piece between all their bounds: everyone of those that overlap."""
    touching = [each for each in layer.shifts if each.start < end and start < each.end]
    bounds = {instant for each in touching for instant in (each.start, each.end)}
    inside = sorted({start, end, *(at.astimezone(UTC) for at in bounds if start < at < end)})
    found: list[Turn] = []
    for begins, ends in pairwise(inside):
        there = [each.people for each in touching if each.start <= begins < each.end]
        people = tuple(dict.fromkeys(name for names in there for name in names))
        if people:
            found.append((begins, ends, people))
    return found


def _cut(hours: list[Span], at: int, begins: datetime, ends: datetime) -> Iterator[Span]:
    """What the hours, from number `at` on, leave of one turn."""
    while at < len(hours) and hours[at][0] < ends:
        opens, closes = hours[at]
        yield max(begins, opens), min(ends, closes)
        at += 1


def _within_layer(layer: Layer, zone: ZoneInfo, start: datetime, end: datetime) -> Span:
    if layer.start is not None:
        bound = layer.start if layer.start.tzinfo else wall.first(zone, layer.start)
        start = max(start, bound.astimezone(UTC))
    if layer.end is not None:
        bound = layer.end if layer.end.tzinfo else wall.last(zone, layer.end)
        end = min(end, bound.astimezone(UTC))
    return start, end


def _whole_turns(layer: Layer, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[Turn]:
    """Each turn that touches the span, uncut. One without length is passed over, its place is used."""
    index = _index_at(layer, zone, start)
    begins = _begins(layer, zone, index)
    while begins < end:
        ends = _begins(layer, zone, index + 1)
        if begins < ends:
            yield begins, ends, layer.people[index % len(layer.people)]
        index, begins = index + 1, ends


def _index_at(layer: Layer, zone: ZoneInfo, instant: datetime) -> int:
    """The number of the turn that holds an instant; negative before the first handoff (S2)."""
    local = instant.astimezone(zone).replace(tzinfo=None)
    index = _guess(layer, local)
    while _begins(layer, zone, index) > instant:
        index -= 1
    while _begins(layer, zone, index + 1) <= instant:
        index += 1
    return index


def _guess(layer: Layer, local: datetime) -> int:
    if layer.unit == "months":
        months = (local.year - layer.handoff.year) * 12 + local.month - layer.handoff.month
        return months // layer.every
    return (local - layer.handoff) // _length(layer)


def _begins(layer: Layer, zone: ZoneInfo, index: int) -> datetime:
    """The instant at which turn `index` begins: a wall-clock time of its own, then T2."""
    if layer.unit == "months":
        return wall.first(zone, _months_later(layer.handoff, index * layer.every))
    return wall.first(zone, layer.handoff + index * _length(layer))


def _length(layer: Layer) -> timedelta:
    """Of a turn on the wall clock; on the real one it is an hour more or less over a change."""
    return timedelta(**{layer.unit: layer.every})


def _months_later(handoff: datetime, months: int) -> datetime:
    """The same day of another month, clamped to its last."""
    year, month = divmod(handoff.year * 12 + handoff.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return handoff.replace(year=year, month=month + 1, day=min(handoff.day, last))


def _hours(layer: Layer, zone: ZoneInfo, start: datetime, end: datetime) -> list[Span]:
    """The instants that the restrictions leave, merged and in order."""
    day = start.astimezone(zone).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    day, last = day - 2 * _DAY, end.astimezone(zone).replace(tzinfo=None) + _DAY
    found: list[Span] = []
    while day <= last:
        found += [
            (
                wall.first(zone, day + timedelta(seconds=each.start)),
                wall.last(zone, day + timedelta(seconds=each.end)),
            )
            for each in layer.restrictions
            if DAYS[day.weekday()] in each.days
        ]
        day += _DAY
    inside = ((max(opens, start), min(closes, end)) for opens, closes in found)
    return _merged([span for span in inside if span[0] < span[1]])


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start.astimezone(UTC), end.astimezone(UTC)))
    return merged
