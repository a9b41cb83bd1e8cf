"""A year of a coverage, day by day, as a person reads it: what is covered, and what is not and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from deskbell.sla import core
from deskbell.sla.coverages.hours import days_in_words, in_words

SCHOOL_YEAR, CALENDAR_YEAR = 7, 1  # the month with which a year begins
_ONE_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Day:
    """One date: its windows in words, why they are not the usual ones, and the covered time in it.

    A window over midnight belongs to the day on which it starts (C1); the covered time of a date is
    what lies between its two midnights. `length` is 23 or 25 h when the clocks change (C2).
    """

    date: date
    hours: str
    exceptional: bool
    name: str
    covered: timedelta
    length: timedelta
    is_today: bool

    @property
    def shade(self) -> int:
        """From 0, nothing covered, to 5, the whole day: the darker, the more."""
        if self.covered >= self.length:
            return 5
        return 0 if not self.covered else 1 + min(3, int(self.covered / (4 * _HOUR)))

    @property
    def changes_clocks(self) -> bool:
        return self.length != 24 * _HOUR

    @property
    def words(self) -> str:
        """All of it in one sentence, for the eye and for screen readers."""
        said = f"{self.date:%A}, {self.date:%B} {self.date.day}, {self.date.year}: {self.hours}"
        said += f" ({self.name})" if self.name else ""
        if self.changes_clocks:
            said += f". The clocks change: this day has {self.length // _HOUR} hours"
        return f"{said}. Today." if self.is_today else f"{said}."


@dataclass(frozen=True)
class Month:
    """A month with the blanks before its first day in a week that begins on Sunday."""

    first: date
    days: list[Day]
    blanks: int
    notes: list[Note]

    @property
    def covered(self) -> timedelta:
        return sum((day.covered for day in self.days), timedelta())

    @property
    def open_days(self) -> int:
        return sum(bool(day.covered) for day in self.days)


@dataclass(frozen=True)
class Note:
    """Days in a row with one name and the same hours: a holiday, or a school's whole summer."""

    first: Day
    last: Day
    count: int

    @property
    def dates(self) -> str:
        """Within its month: "26", "15 to 30"."""
        one, other = self.first.date.day, self.last.date.day
        return str(one) if one == other else f"{one} to {other}"

    @property
    def days(self) -> str:
        return days_in_words(self.first.date, self.last.date)


@dataclass(frozen=True)
class Year:
    """Twelve months, with all the days that are unlike the usual week."""

    months: list[Month]
    unusual: list[Note]
    clock_changes: list[Day]

    @property
    def covered(self) -> timedelta:
        return sum((month.covered for month in self.months), timedelta())


def year_of(document: Mapping[str, Any], first: date, today: date) -> Year:
    """The twelve months from `first`, the first of a month, of a coverage as `document_of` says it."""
    last = date(first.year + 1, first.month, 1) - _ONE_DAY
    days = list(_days(document, first, last, today))
    months = []
    for _, group in groupby(days, key=lambda day: day.date.month):
        within = list(group)
        blanks = within[0].date.isoweekday() % 7
        months.append(Month(within[0].date, within, blanks, _notes(within)))
    return Year(months, _notes(days), [day for day in days if day.changes_clocks])


def begins(text: str, today: date, month: int) -> date:
    """The first day of the year that is asked for by its number; of the present one if it is none."""
    if text.isascii() and text.isdigit() and 1990 <= int(text) <= 2150:
        return date(int(text), month, 1)
    return date(today.year - (today.month < month), month, 1)


def _days(document: Mapping[str, Any], first: date, last: date, today: date) -> Iterator[Day]:
    coverage = core.Coverage.from_document(document)
    start = _midnight(coverage, first)
    for said in coverage.days(first, last):
        end = _midnight(coverage, said.date + _ONE_DAY)
        yield Day(
            date=said.date,
            hours=in_words(said.windows),
            exceptional=said.exceptional,
            name=said.name,
            covered=coverage.between(start, end),
            length=end - start,
            is_today=said.date == today,
        )
        start = end


def _midnight(coverage: core.Coverage, day: date) -> datetime:
    return core.wall.first(coverage.zone, datetime.combine(day, time()))


def _notes(days: Sequence[Day]) -> list[Note]:
    """The exceptions, days in a row with one name together."""
    found = []
    for (exceptional, _, _), group in groupby(days, key=lambda d: (d.exceptional, d.name, d.hours)):
        within = list(group)
        if exceptional:
            found.append(Note(within[0], within[-1], len(within)))
    return found
