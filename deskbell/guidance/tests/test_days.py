"""Working days by a district's calendar: against a walk day by day, over holidays and closures."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from deskbell.guidance.days import calendar_of, distance, is_working, working_day
from deskbell.lib.errors import Refused
from deskbell.sla.core import Coverage
from deskbell.sla.coverages.making import make
from deskbell.sla.models import DatedException
from tests.dice import SEED
from tests.town import Town

WEEK = {day: [["08:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def test_holidays_and_weekends_of_the_desk_are_no_working_days(town: Town) -> None:
    calendar = calendar_of(town.north_valley)
    before_thanksgiving = date(2026, 11, 25)
    assert working_day(calendar, before_thanksgiving, 1) == date(2026, 11, 27)
    assert working_day(calendar, before_thanksgiving, 2) == date(2026, 11, 30)
    assert working_day(calendar, date(2026, 11, 30), -2) == before_thanksgiving
    assert working_day(calendar, date(2026, 11, 28), 0) == date(2026, 11, 28)  # the day itself


def test_the_districts_own_calendar_counts_before_the_desks(town: Town) -> None:
    own = make(
        "Schools of North Valley",
        "America/New_York",
        WEEK,
        district=town.north_valley,
        by=town.ada.person,
    ).coverage
    assert own
    DatedException.objects.create(
        coverage=own, first=date(2026, 12, 21), last=date(2027, 1, 1), name="Winter break"
    )
    before = date(2026, 12, 18)
    assert working_day(calendar_of(town.north_valley), before, 1) == date(2027, 1, 4)
    assert working_day(calendar_of(town.south_ridge), before, 1) == date(2026, 12, 21)


def test_a_day_and_its_distance_are_each_others_inverse(town: Town) -> None:
    random, calendar = Random(SEED), calendar_of(town.north_valley)
    for _ in range(60):
        anchor = date(2026, 11, 1) + timedelta(days=random.randint(0, 200))
        days = random.randint(-60, 60)
        day = working_day(calendar, anchor, days)
        assert day == _walked(calendar, anchor, days), (SEED, anchor, days)
        assert distance(calendar, anchor, day) == days, (SEED, anchor, days)


def test_a_calendar_that_hardly_opens_is_refused() -> None:
    once = Coverage.weekly("UTC", {}, {date(2026, 12, 1): [("08:00", "16:00")]}, name="Once")
    assert working_day(once, date(2026, 11, 1), 1) == date(2026, 12, 1)
    with pytest.raises(Refused, match="too few working days"):
        working_day(once, date(2026, 11, 1), 2)


def _walked(calendar: Coverage, anchor: date, days: int) -> date:
    """The slow twin."""
    day, left = anchor, abs(days)
    while left:
        day += timedelta(days=1 if days > 0 else -1)
        left -= is_working(calendar, day)
    return day
