"""The nouns of a rota: a schedule of layers, overrides and temporary schedules (S1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNITS = ("hours", "days", "weeks", "months")
KINDS = ("replace", "add", "remove")
LONGEST_TURN = 10_000  # units

People = tuple[str, ...]


class BadSchedule(ValueError):
    """A schedule that can't be read; the sentence says what to change."""


@dataclass(frozen=True)
class Restriction:
    """Hours of some weekdays. Over midnight it belongs to the day on which it starts (S3)."""

    days: tuple[str, ...]
    start: int  # seconds since midnight of that day
    end: int  # likewise; past 86,400 it lies on the next day


@dataclass(frozen=True)
class Shift:
    """These people from one instant to another (aware), as some other calendar says."""

    start: datetime
    end: datetime
    people: People

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise BadSchedule("A shift must end after it starts.")


@dataclass(frozen=True)
class Layer:
    """People in turn. `handoff` is a wall-clock time in the schedule's zone (T1); `start` and `end`
    are too, or instants if they are aware.

    Each entry of `people` has one turn: usually one name, several who have it together, or none,
    which is a hole: then a lower layer answers. A layer with `shifts` has them instead of turns; where
    they overlap, all their people are there.
    """

    people: tuple[People, ...]
    handoff: datetime
    every: int
    unit: str  # one of UNITS
    restrictions: tuple[Restriction, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    shifts: tuple[Shift, ...] = ()

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise BadSchedule(f"{self.unit!r} is no unit of turns: write {', '.join(UNITS)}.")
        if not 1 <= self.every <= LONGEST_TURN:
            raise BadSchedule(
                f"A turn of {self.every} {self.unit} is none: write 1 or more, up to {LONGEST_TURN}."
            )


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
            whom = "who stands in (by)" if self.kind == "replace" else "the person"
            raise BadSchedule(f"An override of the kind {self.kind} must name {whom}.")


@dataclass(frozen=True)
class Temporary:
    """A temporary schedule: between two instants (aware) these people are on call, whatever the layers
    and the overrides say (S1). Nobody is, if there are none."""

    start: datetime
    end: datetime
    people: People

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise BadSchedule("A temporary schedule must end after it starts.")


@dataclass(frozen=True)
class Schedule:
    """One zone, layers from the lowest to the highest, overrides and temporary schedules in the order
    in which they were made."""

    zone: ZoneInfo
    layers: tuple[Layer, ...]
    overrides: tuple[Override, ...] = ()
    temporary: tuple[Temporary, ...] = ()

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """A schedule from plain JSON, in the form that `reading` describes. Raises BadSchedule."""
        from deskbell.oncall.rota import reading  # noqa: PLC0415 - it makes what is defined here

        return cls(**reading.parts(document))
