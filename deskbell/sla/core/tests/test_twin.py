"""The fast engine against a slow, obvious twin that walks minute by minute (C1 to C4, T4).

The twin knows nothing of instants: it asks the zone for the wall clock of each minute, and looks
whether a window holds it.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from deskbell.sla.core import Coverage
from deskbell.sla.core.wall import _names
from deskbell.sla.core.windows import DAYS
from tests.dice import SEED

MINUTE = timedelta(minutes=1)
TURNING = (
    "America/New_York",
    "America/Havana",
    "Asia/Beirut",
    "Africa/Cairo",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Africa/Casablanca",
    "Pacific/Chatham",
)
ANY = tuple(
    f"any zone, {number}" for number in range(1, 7)
)  # named so that each process finds the same

Windows = list[tuple[int, int]]


@pytest.mark.parametrize("zone", [*TURNING, *ANY])
def test_every_answer_is_that_of_a_minute_by_minute_walk(zone: str) -> None:
    seed = f"{SEED} {zone}"
    dice = random.Random(seed)
    zone = dice.choice(sorted(_names()[0])) if zone in ANY else zone
    print(f"seed {seed!r}: {zone}")
    for start in _starts(zone, dice):
        week, dated = _random_calendar(dice, start.date())
        coverage = _coverage(zone, week, dated)
        covered = _walk(zone, week, dated, start, 6 * 1440)
        _compare(coverage, covered, start, dice)


@pytest.mark.parametrize("zone", sorted(_names()[0]))
def test_add_and_between_undo_each_other_in_every_zone(zone: str) -> None:
    dice = random.Random(f"{SEED} {zone}")
    coverage = _coverage(zone, _random_week(dice), {})
    for _ in range(3):
        start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=dice.randrange(10**8))
        amount = timedelta(microseconds=dice.randrange(1, 10**12))
        end, before = coverage.add(start, amount), coverage.subtract(start, amount)
        assert coverage.between(start, end) == amount == coverage.between(before, start)
        assert coverage.between(start, end - timedelta(microseconds=1)) < amount
        assert coverage.between(before + timedelta(microseconds=1), start) < amount


def _compare(coverage: Coverage, covered: list[bool], start: datetime, dice: random.Random) -> None:
    found = coverage.intervals(start, start + len(covered) * MINUTE)
    shown = [False] * len(covered)
    for opening, closing in found:
        for minute in range((opening - start) // MINUTE, (closing - start) // MINUTE):
            shown[minute] = True
    differing = [start + n * MINUTE for n in range(len(covered)) if shown[n] != covered[n]]
    assert differing == []
    for _ in range(20):
        one, other = sorted(dice.sample(range(len(covered)), 2))
        a, b = start + one * MINUTE, start + other * MINUTE
        count = sum(covered[one:other])
        assert coverage.between(a, b) == count * MINUTE == -coverage.between(b, a)
        assert coverage.contains(a) == covered[one]
        if count:
            last = max(n for n in range(one, other) if covered[n])
            first = min(n for n in range(one, other) if covered[n])
            assert coverage.add(a, count * MINUTE) == start + (last + 1) * MINUTE
            assert coverage.subtract(b, count * MINUTE) == start + first * MINUTE
        openings = [n for n in range(one + 1, len(covered)) if covered[n] and not covered[n - 1]]
        if openings:
            assert coverage.next_opening(a) == start + openings[0] * MINUTE
        closings = [n for n in range(one + 1, len(covered)) if covered[n - 1] and not covered[n]]
        if closings:
            assert coverage.next_closing(a) == start + closings[0] * MINUTE


def _walk(
    zone: str, week: list[Windows], dated: dict[date, Windows], start: datetime, minutes: int
) -> list[bool]:
    """Which minutes are covered, by rule T2 in plain words: from the first minute at which the
    clock shows the start, or has jumped over it, to the last at which it shows the end."""
    local = ZoneInfo(zone)
    shown = [(start + n * MINUTE).astimezone(local) for n in range(-2880, minutes + 2880)]
    walls = [each.replace(tzinfo=None, fold=0) for each in shown]
    covered = [False] * len(walls)
    days = sorted({each.date() for each in walls})[1:-2]
    for day in days:
        midnight = datetime(day.year, day.month, day.day)
        for opening, closing in dated.get(day, week[day.weekday()]):
            first = _first_shown(walls, midnight + opening * MINUTE)
            past = _past_last_shown(walls, midnight + closing * MINUTE)
            for place in range(first, past):
                covered[place] = True
    return covered[2880:-2880]


def _first_shown(walls: list[datetime], wall: datetime) -> int:
    """The first place at which the clock shows the time, or has jumped over it."""
    return next(n for n, each in enumerate(walls) if each >= wall)


def _past_last_shown(walls: list[datetime], wall: datetime) -> int:
    """The last place at which the clock shows the time, or else where it has jumped over it."""
    showing = [n for n, each in enumerate(walls) if each == wall]
    return showing[-1] if showing else _first_shown(walls, wall)


def _starts(zone: str, dice: random.Random) -> list[datetime]:
    """Three days before each change of the clocks in a year, and one plain day."""
    local = ZoneInfo(zone)
    hours = (datetime(2026, 1, 5, tzinfo=UTC) + timedelta(hours=n) for n in range(350 * 24))
    found, offset = [], None
    for hour in hours:
        now = hour.astimezone(local).utcoffset()
        if offset is not None and now != offset:
            found.append(hour - timedelta(days=3))
        offset = now
    plain = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(days=dice.randrange(60))
    return [*found[:4], plain]


def _random_calendar(dice: random.Random, start: date) -> tuple[list[Windows], dict[date, Windows]]:
    """Half of them days of windows, half of them nights, each with two exceptional dates."""
    dates = [start + timedelta(days=dice.randrange(6)) for _ in range(2)]
    if dice.randrange(2):
        return _random_week(dice), {day: _random_day(dice) for day in dates}
    dusk, dawn = dice.randrange(900, 1440), dice.randrange(1441, 2040)
    week = [[(dusk, dawn)] if dice.randrange(4) else [] for _ in range(6)]
    return [*week, [(dusk, dawn)]], {day: [(600, 899)] * dice.randrange(2) for day in dates}


def _random_week(dice: random.Random) -> list[Windows]:
    """One or two windows on most days; on some nothing, the evening, or all of it."""
    week = [_random_day(dice) for _ in DAYS]
    return week if any(week) else [[(480, 1140)]] * 7


def _random_day(dice: random.Random) -> Windows:
    kind = dice.randrange(6)
    if kind == 0:
        return []
    if kind == 1:
        return [(0, 1440)]
    if kind == 2:
        return [(dice.randrange(1200, 1440), 1440)]
    bounds = sorted(dice.sample(range(0, 1440), 4))
    return [(bounds[0], bounds[1]), (bounds[2], bounds[3])][: 1 + dice.randrange(2)]


def _coverage(zone: str, week: list[Windows], dated: dict[date, Windows]) -> Coverage:
    return Coverage.weekly(
        zone,
        {day: _written(windows) for day, windows in zip(DAYS, week, strict=True)},
        {day: _written(windows) for day, windows in dated.items()},
    )


def _written(windows: Windows) -> list[tuple[str, str]]:
    return [(_bound(opening), _bound(closing)) for opening, closing in windows]


def _bound(minute: int) -> str:
    shown = minute - 1440 if minute > 1440 else minute
    return f"{shown // 60:02}:{shown % 60:02}"
