"""The libraries that are measured, each behind the same two questions."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from deskbell.sla.core import Coverage

OPENS, CLOSES = time(9), time(17)
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
HOLIDAYS = [
    date(2026, month, day)
    for month, day in (
        (1, 1), (1, 19), (2, 16), (5, 25), (6, 19), (9, 7), (10, 12), (11, 11), (11, 26), (12, 25),
    )
]  # fmt: skip
FAR = date(2030, 12, 25)
HOUR = timedelta(hours=1)

Question = tuple[datetime, datetime, int]  # start, end, whole covered hours: all naive, in UTC


def ours() -> Coverage:
    hours = dict.fromkeys(WORKDAYS, (("09:00", "17:00"),))
    return Coverage.weekly("UTC", hours, {day: [] for day in HOLIDAYS})


def questions(days: int) -> list[Question]:
    """Twenty spans of so many days that start and end inside hours, and not on a bound: there
    the libraries differ in what they mean."""
    dice, coverage, found = random.Random(days), ours(), []
    while len(found) < 20:
        start = datetime(2026, 1, 5) + timedelta(minutes=dice.randrange(300 * 1440))
        end = start + timedelta(days=days)
        aware = [each.replace(tzinfo=UTC) for each in (start, end)]
        covered = coverage.between(*aware)
        inside = all(coverage.contains(each) for each in aware) and start.minute
        if inside and covered and not covered % HOUR:
            found.append((start, end, covered // HOUR))
    return found


class Contender:
    """A library; `calls` gives one call for each question, or None if it has no such thing."""

    name: str

    def calls(self, operation: str, asked: list[Question]) -> list[Callable[[], Any]] | None:
        return [self.call(operation, each) for each in asked] if operation in self.can else None

    can: tuple[str, ...] = ("add", "between")

    def call(self, operation: str, question: Question) -> Callable[[], Any]:
        raise NotImplementedError

    def read(self, answer: Any) -> Any:
        """A naive datetime, or a duration, to compare with the others'."""
        return answer


class Deskbell(Contender):
    name = "Deskbell"

    def __init__(self) -> None:
        self.coverage = ours()

    def call(self, operation: str, question: Question) -> Callable[[], Any]:
        start, end = (each.replace(tzinfo=UTC) for each in question[:2])
        amount, coverage = question[2] * HOUR, self.coverage
        if operation == "add":
            return lambda: coverage.add(start, amount)
        return lambda: coverage.between(start, end)

    def read(self, answer: Any) -> Any:
        return answer.replace(tzinfo=None) if isinstance(answer, datetime) else answer


class BusinessTimeDelta(Contender):
    """Rules as in its README; the delta is made beforehand. It fails after the last holiday that
    it knows, so it is given one more."""

    name = "businesstimedelta"

    def __init__(self) -> None:
        import businesstimedelta
        import pytz

        self.delta = businesstimedelta.BusinessTimeDelta
        work = businesstimedelta.WorkDayRule(OPENS, CLOSES, [0, 1, 2, 3, 4], tz=pytz.utc)
        closed = businesstimedelta.HolidayRule([*HOLIDAYS, FAR], tz=pytz.utc)
        self.rules = businesstimedelta.Rules([work, closed])
        self.utc = pytz.utc

    def call(self, operation: str, question: Question) -> Callable[[], Any]:
        start, end = (self.utc.localize(each) for each in question[:2])
        if operation == "add":
            delta = self.delta(self.rules, hours=question[2])
            return lambda: start + delta
        return lambda: self.rules.difference(start, end)

    def read(self, answer: Any) -> Any:
        if isinstance(answer, datetime):
            return answer.replace(tzinfo=None)
        return answer.timedelta


class BusinessDuration(Contender):
    name = "business-duration"
    can = ("between",)

    def __init__(self) -> None:
        from business_duration import businessDuration

        self.duration = businessDuration

    def call(self, operation: str, question: Question) -> Callable[[], Any]:
        start, end, _ = question
        return lambda: self.duration(start, end, OPENS, CLOSES, holidaylist=HOLIDAYS, unit="sec")

    def read(self, answer: Any) -> Any:
        return timedelta(seconds=float(answer))


class BusinessTime(Contender):
    """Whole days come back as days; `businesstime_hours` would count them into hours, later."""

    name = "businesstime"
    can = ("between",)

    def __init__(self) -> None:
        import businesstime

        self.calendar = businesstime.BusinessTime((OPENS, CLOSES), holidays=HOLIDAYS)

    def call(self, operation: str, question: Question) -> Callable[[], Any]:
        start, end, _ = question
        return lambda: self.calendar.businesstimedelta(start, end)

    def read(self, answer: Any) -> Any:
        return answer.days * 8 * HOUR + timedelta(seconds=answer.seconds)


class Pandas(Contender):
    """Whole hours only, naive timestamps: with a zone it is slower. It has no `between`."""

    name = "pandas CustomBusinessHour"
    can = ("add",)

    def __init__(self) -> None:
        import pandas

        self.pandas = pandas

    def call(self, operation: str, question: Question) -> Callable[[], Any]:
        start = self.pandas.Timestamp(question[0])
        offset = self.pandas.offsets.CustomBusinessHour(
            question[2], start=OPENS, end=CLOSES, holidays=HOLIDAYS
        )
        return lambda: start + offset

    def read(self, answer: Any) -> Any:
        return answer.to_pydatetime()


def everyone() -> list[Contender]:
    return [Deskbell(), BusinessTimeDelta(), BusinessDuration(), BusinessTime(), Pandas()]
