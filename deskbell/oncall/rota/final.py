"""The final schedule: layers stacked, overrides above them, equal neighbors merged (S4, S5, S6)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple, TypeVar

from deskbell.oncall.rota.schedule import Override, Schedule, Temporary
from deskbell.oncall.rota.turns import Turn, turns

_Change = TypeVar("_Change", Override, Temporary)


class Interval(NamedTuple):
    """Who is on call from one instant to another (UTC, half-open), and which layers, overrides or
    temporary schedules say so: `("layer 1", "override 2")`, numbered from 1 as the schedule lists
    them."""

    start: datetime
    end: datetime
    people: tuple[str, ...]
    why: tuple[str, ...]


class _Place(NamedTuple):
    """Someone's place on call: whoever has held it, the last of them now (None: it is empty)."""

    held_by: tuple[str | None, ...]
    why: str


def final(schedule: Schedule, start: datetime, end: datetime) -> list[Interval]:
    """Who is on call between two aware instants, in order. Where nobody is, there is no interval."""
    if start.tzinfo is None or end.tzinfo is None:
        raise ValueError("start and end must be aware: give them a time zone.")
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    by_layer = [turns(layer, schedule.zone, start, end) for layer in schedule.layers]
    overrides = _holding(schedule.overrides, start, end)
    temporary = _holding(schedule.temporary, start, end)
    changes: list[Override | Temporary] = [*schedule.overrides, *schedule.temporary]
    instants = _boundaries(by_layer, changes, start, end)
    pieces = [
        Interval(begins, ends, *_at(begins, by_layer, overrides, temporary))
        for begins, ends in pairwise(instants)
    ]
    return _merged(pieces)


def on_call(schedule: Schedule, instant: datetime) -> tuple[str, ...]:
    """Who is on call at an aware instant; the same answer that `final` gives (S8)."""
    found = final(schedule, instant, instant + timedelta(microseconds=1))
    return found[0].people if found else ()


def _holding(
    changes: Sequence[_Change], start: datetime, end: datetime
) -> list[tuple[int, _Change]]:
    """Those that touch the span, with their numbers, in the order in which they were made."""
    numbered = enumerate(changes, start=1)
    return [(number, each) for number, each in numbered if each.start < end and start < each.end]


def _boundaries(
    by_layer: list[list[Turn]],
    changes: Sequence[Override | Temporary],
    start: datetime,
    end: datetime,
) -> list[datetime]:
    """Every instant at which the answer may change, the two ends among them."""
    found = {start, end}
    found |= {instant for layer in by_layer for turn in layer for instant in turn[:2]}
    found |= {instant.astimezone(UTC) for each in changes for instant in (each.start, each.end)}
    return sorted(instant for instant in found if start <= instant <= end)


def _at(
    instant: datetime,
    by_layer: list[list[Turn]],
    overrides: list[tuple[int, Override]],
    temporary: list[tuple[int, Temporary]],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    for number, temp in reversed(temporary):
        if temp.start <= instant < temp.end:
            return temp.people, (f"temporary {number}",)
    places = _of_layers(instant, by_layer)
    for number, override in overrides:
        if override.start <= instant < override.end:
            places = _overridden(places, override, f"override {number}")
    held = [place for place in places if place.held_by[-1] is not None]
    people = dict.fromkeys(str(place.held_by[-1]) for place in held)
    return tuple(people), tuple(dict.fromkeys(place.why for place in held))


def _of_layers(instant: datetime, by_layer: list[list[Turn]]) -> list[_Place]:
    """The highest layer that has someone wins (S4)."""
    for number in range(len(by_layer), 0, -1):
        layer = by_layer[number - 1]
        index = bisect_right(layer, instant, key=lambda turn: turn[0]) - 1
        if index >= 0 and instant < layer[index][1]:
            return [_Place((person,), f"layer {number}") for person in layer[index][2]]
    return []


def _overridden(places: list[_Place], override: Override, why: str) -> list[_Place]:
    """Apply one override. It finds a person also where an earlier one has put another in their
    place: so the latest made wins (S5)."""
    if override.kind == "add":
        there = any(place.held_by[-1] == override.person for place in places)
        return places if there else [*places, _Place((override.person,), why)]
    if override.kind == "remove":
        return [_passed(place, override.person, None, why) for place in places]
    if override.person:
        return [_passed(place, override.person, override.by, why) for place in places]
    everyone = [_Place((*place.held_by, override.by), why) for place in places]
    return everyone or [_Place((override.by,), why)]


def _passed(place: _Place, person: str, to: str | None, why: str) -> _Place:
    """The place as it is, or in other hands if `person` holds it or has held it."""
    return _Place((*place.held_by, to), why) if person in place.held_by else place


def _merged(pieces: list[Interval]) -> list[Interval]:
    """Neighbors with the same people become one that keeps both reasons (S6)."""
    merged: list[Interval] = []
    for piece in pieces:
        if not piece.people:
            continue
        last = merged[-1] if merged else None
        if last and last.end == piece.start and set(last.people) == set(piece.people):
            why = tuple(dict.fromkeys((*last.why, *piece.why)))
            merged[-1] = Interval(last.start, piece.end, piece.people, why)
        else:
            merged.append(piece)
    return merged
