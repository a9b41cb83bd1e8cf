"""The arithmetic of gaps against a twin that walks minute by minute and can't be wrong (G1)."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from deskbell.oncall.gaps.holes import Hole, Is, Mark, common, holes, minus, opened

START = datetime(2026, 10, 31, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LENGTH = 600  # minutes walked
SEEDS = range(60)


def minute(number: int) -> datetime:
    return START + number * MINUTE


def scene(seed: int) -> list[Mark]:
    """Random facts that overlap, touch, and begin or end together."""
    chance = random.Random(seed)
    marks = []
    for _ in range(chance.randrange(0, 25)):
        start = chance.randrange(0, LENGTH, chance.choice([1, 30]))
        end = min(LENGTH, start + chance.choice([1, 30, 60, 240]))
        says = chance.choices(list(Is), weights=[4, 2, 1, 2])[0]
        doubtful = says in {Is.WARNED, Is.EXCUSED}
        why = chance.choice(["Ana is away.", "Ben is away."]) if doubtful else ""
        marks.append(Mark(minute(start), minute(end), says, "leave" if doubtful else "", why))
    return marks


def walked(marks: list[Mark]) -> list[tuple[datetime, str, bool]]:
    """Each minute without anyone: the minute, why, and whether it is but a warning."""
    found = []
    for number in range(LENGTH):
        at = minute(number)
        there = [mark for mark in marks if mark.start <= at < mark.end]
        said = {mark.says for mark in there}
        if Is.PROMISED not in said or Is.REACHED in said:
            continue
        about = Is.WARNED if Is.WARNED in said else Is.EXCUSED
        whys = sorted({mark.why for mark in there if mark.says == about})
        found.append((at, " ".join(whys) or "Nobody.", about == Is.WARNED))
    return found


def by_minute(found: list[Hole]) -> list[tuple[datetime, str, bool]]:
    return [
        (hole.start + number * MINUTE, hole.why, hole.warning)
        for hole in found
        for number in range((hole.end - hole.start) // MINUTE)
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_fast_arithmetic_agrees_with_the_walk_g1(seed: int) -> None:
    marks = scene(seed)
    found = holes("urgent", marks, nobody="Nobody.")
    assert by_minute(found) == walked(marks), f"seed {seed}"
    for one, other in pairwise(found):
        alike = (one.why, one.kind, one.warning) == (other.why, other.kind, other.warning)
        assert one.end < other.start or not alike, f"seed {seed}: two that are one"


@pytest.mark.parametrize("seed", SEEDS)
def test_what_has_opened_is_what_was_no_gap_before_g1(seed: int) -> None:
    before = holes("urgent", scene(seed), nobody="Nobody.")
    after = holes("urgent", scene(seed + 1), nobody="Nobody.")
    known = {at for at, _, warning in by_minute(before) if not warning}
    expected = [at for at, _, warning in by_minute(after) if not warning and at not in known]
    assert [at for at, _, _ in by_minute(opened(before, after))] == expected, f"seed {seed}"


def test_a_span_is_split_into_what_lies_in_others_and_what_is_left_g1() -> None:
    whole, others = (minute(0), minute(60)), [(minute(50), minute(90)), (minute(10), minute(20))]
    assert minus(whole, others) == [(minute(0), minute(10)), (minute(20), minute(50))]
    assert sorted(common(whole, others)) == [(minute(10), minute(20)), (minute(50), minute(60))]


def test_nothing_promised_is_no_gap_g1() -> None:
    assert holes("low", [Mark(minute(0), minute(9), Is.EXCUSED, "leave", "x")], nobody="x") == []
