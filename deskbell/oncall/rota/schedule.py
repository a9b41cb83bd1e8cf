"""The nouns of a rota, and how they are read from their JSON form (S1)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from deskbell.sla.core import wall
from deskbell.sla.core.errors import BadZone

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNITS = ("hours", "days", "weeks", "months")
KINDS = ("replace", "add", "remove")
_BOUND = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|(24):(00)")


class BadSchedule(ValueError):
    """A schedule that can't be read; the sentence says what to change."""


@dataclass(frozen=True)
class Restriction:
    """Hours of some weekdays. Over midnight it belongs to the day on which it starts (S3)."""

    days: tuple[str, ...]
    start: int  # minutes since midnight of that day
    end: int  # likewise; past 1440 it lies on the next day


@dataclass(frozen=True)
class Layer:
    """People in turn. `handoff`, `start` and `end` are wall-clock times in the schedule's zone (T1)."""

    people: tuple[str, ...]
    handoff: datetime
    every: int
    unit: str  # one of UNITS
    restrictions: tuple[Restriction, ...] = ()
    start: datetime | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise BadSchedule(f"{self.unit!r} is no unit of turns: write {', '.join(UNITS)}.")
        if self.every < 1:
            raise BadSchedule(f"A turn of {self.every} {self.unit} is none: write 1 or more.")


@dataclass(frozen=True)
class Override:
    """A change of who is on call between two instants (aware). Of those that overlap, the later in
    the schedule's list was made later and wins (S5).

    `replace`: `by` stands in for `person`, or for everyone if no person is named. `add`: `person`
    joins. `remove`: `person` is off.
    """

    start: datetime
    end: datetime
    kind: str  # one of KINDS
    person: str = ""
    by: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadSchedule(f"{self.kind!r} is no kind of override: write {', '.join(KINDS)}.")
        if self.end <= self.start:
            raise BadSchedule("An override must end after it starts.")
        if not (self.by if self.kind == "replace" else self.person):
            raise BadSchedule(f"An override that is to {self.kind} someone must name them.")


@dataclass(frozen=True)
class Schedule:
    """One zone, layers from the lowest to the highest, and overrides in the order they were made."""

    zone: ZoneInfo
    layers: tuple[Layer, ...]
    overrides: tuple[Override, ...] = ()

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """A schedule from plain JSON: `{zone, layers: [{people, handoff, every: [1, "weeks"],
        restrictions: [{days, from, to}], start, end}], overrides: [{from, to, kind, person, by}]}`.

        Bounds of an override without an offset are wall-clock times. Raises BadSchedule.
        """
        try:
            zone = wall.zone(document.get("zone", ""))
        except BadZone as error:
            raise BadSchedule(str(error)) from None
        return cls(
            zone=zone,
            layers=tuple(_layer(each) for each in document.get("layers") or ()),
            overrides=tuple(_override(each, zone) for each in document.get("overrides") or ()),
        )


def restriction(days: Sequence[str], start: str, end: str) -> Restriction:
    """Hours as people write them: `restriction(["mon"], "22:00", "06:00")`. Raises BadSchedule."""
    unknown = [day for day in days if day not in DAYS]
    if unknown:
        raise BadSchedule(f"{unknown[0]!r} is no weekday: write {', '.join(DAYS)}.")
    first, last = _minutes(start), _minutes(end)
    return Restriction(tuple(days), first, last if last > first else last + 1440)


def _layer(written: Mapping[str, Any]) -> Layer:
    match written.get("every", [1, "weeks"]):
        case [int(every), str(unit)]:
            pass
        case other:
            raise BadSchedule(f"every is {other!r}: write it like [1, 'weeks'].")
    return Layer(
        people=tuple(str(person) for person in written.get("people") or ()),
        handoff=_wall_time(written.get("handoff"), "handoff"),
        every=every,
        unit=unit,
        restrictions=tuple(_restriction(each) for each in written.get("restrictions") or ()),
        start=_wall_time(written["start"], "start") if written.get("start") else None,
        end=_wall_time(written["end"], "end") if written.get("end") else None,
    )


def _restriction(written: Mapping[str, Any]) -> Restriction:
    return restriction(
        written.get("days") or DAYS, written.get("from", "00:00"), written.get("to", "24:00")
    )


def _override(written: Mapping[str, Any], zone: ZoneInfo) -> Override:
    start, end = _time(written.get("from"), "from"), _time(written.get("to"), "to")
    return Override(
        start=start if start.tzinfo else wall.first(zone, start),
        end=end if end.tzinfo else wall.last(zone, end),
        kind=str(written.get("kind", "replace")),
        person=str(written.get("person") or ""),
        by=str(written.get("by") or ""),
    )


def _wall_time(text: Any, name: str) -> datetime:
    found = _time(text, name)
    if found.tzinfo is not None:
        raise BadSchedule(f"{name} recurs by the wall clock: write it without an offset.")
    return found


def _time(text: Any, name: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise BadSchedule(f"{name} is {text!r}: write a time like 2026-03-06T09:00.") from None


def _minutes(text: str) -> int:
    match = _BOUND.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise BadSchedule(f"{text!r} is no time of day: write HH:MM, 00:00 to 24:00.")
    hours, minutes = (int(part) for part in match.groups() if part is not None)
    return hours * 60 + minutes
