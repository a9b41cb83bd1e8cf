"""What an imported calendar offers: its events, each with the hours that it probably means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from deskbell.lib.errors import Refused
from deskbell.sla.core.windows import DAYS
from deskbell.sla.coverages.hours import Windows, days_in_words, read_hours, written
from deskbell.sla.coverages.schools import Day, days_of
from deskbell.sla.coverages.words import one_line, read_span
from deskbell.sla.ical.contained import read_calendar
from deskbell.sla.ical.guessing import Guess, guess
from deskbell.sla.ical.reading import Event
from deskbell.sla.models import Coverage

SHOWN = 400  # events in one form
BACK, AHEAD = timedelta(days=366), timedelta(days=3 * 366)
_NOON = "12:00"


@dataclass(frozen=True)
class Offer:
    """One event: whether it is proposed, with which hours; `stands`: is it in the calendar already?"""

    event: Event
    guess: Guess
    hours: str
    proposed: bool
    stands: bool

    @property
    def days(self) -> str:
        return days_in_words(self.event.first, self.event.last)

    @property
    def packed(self) -> str:
        """How a form carries it; `read_choice` reads it back."""
        return f"{self.event.first} {self.event.last} {self.event.name}"


@dataclass(frozen=True)
class Offers:
    """The events of a file: those that seem to change hours, the others, and what it dropped."""

    likely: list[Offer]
    others: list[Offer]
    left_out: int
    dropped: list[Day]


def offers_of(coverage: Coverage, name: str, content: bytes, today: date) -> Offers:
    """Read a calendar file from a year ago to three years ahead; `Refused` if there is nothing in it."""
    events = read_calendar(content, coverage.zone, today - BACK, today + AHEAD)
    if not events:
        raise Refused("This calendar has no event between last year and three years from now.")
    standing = {(day.first, day.last, day.name): day for day in days_of(coverage, name)}
    offers = [_offer(coverage, event, standing) for event in events]
    likely = [each for each in offers if each.proposed or each.guess != Guess.NOTHING]
    others = [each for each in offers if each not in likely]
    shown = max(0, SHOWN - len(likely))
    named = {(each.event.first, each.event.last, each.event.name) for each in offers}
    return Offers(
        likely=likely[:SHOWN],
        others=others[:shown],
        left_out=max(0, len(likely) - SHOWN) + len(others[shown:]),
        dropped=[day for key, day in standing.items() if key not in named],
    )


def read_choice(packed: Sequence[str], hours: Sequence[str]) -> list[Day]:
    """The days that were ticked, each with its hours; what a form carries is checked like any other."""
    chosen = []
    for each, text in zip(packed, hours, strict=True):
        first, last = read_span(each[:10], each[11:21])
        name = one_line(each[22:], 200) or "School calendar"
        chosen.append(Day(first, last, read_hours(text, name), name))
    return chosen


def _offer(coverage: Coverage, event: Event, standing: dict[tuple[date, date, str], Day]) -> Offer:
    stands = standing.get((event.first, event.last, event.name))
    meant = guess(event.name)
    windows = _shorter(coverage, event) if meant == Guess.SHORTER else []
    # A new calendar proposes what it guesses, a further issue also what was chosen before.
    return Offer(
        event=event,
        guess=meant,
        hours=written(stands.windows if stands else windows),
        proposed=stands is not None or meant == Guess.CLOSED,
        stands=stands is not None,
    )


def _shorter(coverage: Coverage, event: Event) -> Windows:
    """The usual hours of that weekday until the event begins; until noon if it does not say when."""
    usual: Windows = coverage.windows.get(DAYS[event.first.weekday()], [])
    end = event.starts or _NOON
    return [[start, min(until, end)] for start, until in usual if start < end < "24"]
