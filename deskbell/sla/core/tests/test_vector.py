"""The vectorised form gives the scalar form's answers (C6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest

from deskbell.sla.core import Coverage, PastHorizon, standard_support, vector
from deskbell.sla.core.instants import EPOCH
from deskbell.sla.core.windows import DAYS
from tests.dice import SEED

YEAR = 365 * 86_400_000_000
START = 1_767_225_600_000_000  # 2026-01-01


@pytest.mark.parametrize("key", ["business_hours", "weekdays", "always"])
def test_c6_every_answer_is_that_of_the_scalar_form(key: str) -> None:
    print(f"seed {SEED}")
    dice = np.random.default_rng(SEED)
    coverage = standard_support({date(2026, 11, 26): "Thanksgiving"}).coverages[key]
    at = START + dice.integers(0, YEAR, 500)
    amount = dice.integers(0, YEAR // 20, 500)
    amount[::50] = 0
    ends = vector.add(coverage, at, amount)
    assert ends.tolist() == _each(coverage.add_micros, at, amount)
    assert vector.subtract(coverage, at, amount).tolist() == _each(
        coverage.subtract_micros, at, amount
    )
    assert vector.between(coverage, at, ends).tolist() == amount.tolist()
    assert vector.between(coverage, ends, at).tolist() == (-amount).tolist()
    spans = coverage.spans(START, START + YEAR)
    assert vector.contains(coverage, at).tolist() == [spans.contains(int(each)) for each in at]


@pytest.mark.parametrize(
    ("zone", "windows"),
    [
        ("America/New_York", {"mon": [("08:00", "12:00"), ("12:01", "12:03")]}),
        ("Asia/Kolkata", {"fri": [("22:00", "06:00")], "sun": [("00:00", "00:01")]}),
        ("Australia/Lord_Howe", dict.fromkeys(DAYS, (("00:00", "02:00"), ("02:15", "24:00")))),
    ],
)
def test_c6_places_that_are_looked_up_are_those_that_a_search_finds(
    zone: str, windows: dict[str, list[tuple[str, str]]]
) -> None:
    print(f"seed {SEED}")
    dice = np.random.default_rng(SEED)
    coverage = Coverage.weekly(zone, windows)
    bounds = [bound for span in coverage.intervals_micros(-YEAR, YEAR) for bound in span]
    at = np.concatenate(
        [dice.integers(-YEAR, YEAR, 600_000), [b + n for b in bounds for n in (-1, 0, 1)]]
    )
    amount = dice.integers(0, YEAR // 50, at.size)
    few = slice(-2000, None)
    answers = (vector.add, vector.subtract, vector.between)
    for answer, other in zip(answers, (amount, amount, dice.permutation(at)), strict=True):
        assert answer(coverage, at, other)[few].tolist() == [
            int(answer(coverage, [one], [two])[0])
            for one, two in zip(at[few], other[few], strict=True)
        ]
    inside = [coverage.contains(EPOCH + timedelta(microseconds=int(each))) for each in at[few]]
    assert vector.contains(coverage, at)[few].tolist() == inside


def test_c6_it_reaches_as_far_as_the_amounts_need_and_no_further() -> None:
    coverage = Coverage.weekly("UTC", {"mon": [("08:00", "09:00")]})
    far = np.array([200 * 3_600_000_000])
    assert vector.add(coverage, START, far).tolist() == [coverage.add_micros(START, int(far[0]))]
    back = vector.subtract(coverage, START, far)
    assert back.tolist() == [coverage.subtract_micros(START, int(far[0]))]
    with pytest.raises(PastHorizon):
        vector.add(coverage, START, far * 1000)


def test_c6_before_the_first_opening_of_a_finite_calendar_nothing_is_covered() -> None:
    once = Coverage.weekly("UTC", {}, {date(2026, 6, 1): [("08:00", "09:00")]})
    assert vector.contains(once, [START]).tolist() == [False]
    assert vector.between(once, [START], [START + YEAR]).tolist() == [3_600_000_000]


def test_c6_arrays_broadcast_and_empty_ones_stay_empty() -> None:
    always = Coverage.always("UTC")
    assert vector.add(always, [[START], [START + 1]], [1, 2]).tolist() == [
        [START + 1, START + 2],
        [START + 2, START + 3],
    ]
    for answer in (vector.add, vector.subtract, vector.between):
        assert answer(always, [], []).tolist() == []
    assert vector.contains(always, []).tolist() == []


def test_c6_bad_arrays_are_refused_by_name() -> None:
    always = Coverage.always("UTC")
    with pytest.raises(ValueError, match="amounts has a negative one: use subtract"):
        vector.add(always, [START], [-1])
    with pytest.raises(ValueError, match="starts must be integers"):
        vector.add(always, [1.5], [1])


def _each(answer: Callable[[int, int], int], at: vector.Micros, amount: vector.Micros) -> list[int]:
    return [answer(int(one), int(other)) for one, other in zip(at, amount, strict=True)]
