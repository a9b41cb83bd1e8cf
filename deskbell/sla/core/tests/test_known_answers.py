"""What other projects' tests state as facts, in `known_answers.txt` (C1 to C4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deskbell.sla.core import Coverage
from deskbell.sla.core.windows import DAYS

TABLE = Path(__file__).with_name("known_answers.txt")
ZERO = timedelta(0)
_AT = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::[\d.]+)?(?:Z|[+-]\d\d:\d\d)?"
_UNITS = {"h": "hours", "min": "minutes", "s": "seconds", "ms": "milliseconds"}


def cases() -> Iterator[tuple[str, str, str]]:
    """Whose, under which hours, and the line."""
    whose = hours = ""
    for line in TABLE.read_text().splitlines():
        line = line.partition("   (")[0].strip()
        if line.startswith("#"):
            whose, hours = line.split()[1], ""
        elif line.startswith("hours ") and whose:
            hours = line.removeprefix("hours ")
        elif line and whose:
            yield whose, hours, line


CASES = list(cases())


def test_the_table_holds_hundreds_of_answers_of_many_projects() -> None:
    assert len(CASES) > 450
    assert len({whose for whose, _, _ in CASES}) >= 9


@pytest.mark.parametrize(("whose", "hours", "line"), CASES)
def test_c3_c4_the_answer_is_the_one_that_others_know(whose: str, hours: str, line: str) -> None:
    coverage = read_hours(hours)
    asked, _, answer = line.partition(" = ")
    verb, instants = asked.split()[0], [read_at(text, coverage) for text in re.findall(_AT, asked)]
    assert ASK[verb](coverage, asked, *instants) == read_answer(verb, answer, coverage)


ASK: dict[str, Callable[..., object]] = {
    "add": lambda coverage, asked, at: coverage.add(at, read_amount(asked)),
    "subtract": lambda coverage, asked, at: coverage.subtract(at, read_amount(asked)),
    "between": lambda coverage, _, a, b: coverage.between(a, b),
    "in": lambda coverage, _, at: coverage.contains(at),
    "out": lambda coverage, _, at: not coverage.contains(at),
    "roll": lambda coverage, _, at: coverage.add(at, ZERO),
    "back": lambda coverage, _, at: coverage.subtract(at, ZERO),
    "opens": lambda coverage, _, at: coverage.next_opening(at),
    "closes": lambda coverage, _, at: coverage.next_closing(at),
    "intervals": lambda coverage, _, a, b: coverage.intervals(a, b),
}


def read_answer(verb: str, answer: str, coverage: Coverage) -> object:
    if verb in ("in", "out"):
        return True
    if verb == "between":
        return read_amount(answer)
    instants = [read_at(text, coverage) for text in re.findall(_AT, answer)]
    if verb == "intervals":
        return list(zip(instants[::2], instants[1::2], strict=True))
    (instant,) = instants
    return instant


def read_at(text: str, coverage: Coverage) -> datetime:
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=coverage.zone)).astimezone(UTC)


def read_amount(text: str) -> timedelta:
    found = re.findall(r"(-?[\d.]+)(h|min|ms|s)\b", re.sub(_AT, "", text))
    assert found, text
    return sum((timedelta(**{_UNITS[unit]: float(count)}) for count, unit in found), ZERO)


def read_hours(text: str) -> Coverage:
    zone, _, rest = text.partition(" ")
    week: dict[str, Any] = {}
    dated: dict[date, Any] = {}
    for part in rest.split("; "):
        when, said = part.split(" ")
        windows = [] if said == "closed" else [each.split("-") for each in said.split(",")]
        if when[0].isdigit():
            dated[date.fromisoformat(when)] = windows
        else:
            first, _, last = when.partition("-")
            days = DAYS[DAYS.index(first) : DAYS.index(last or first) + 1]
            week.update(dict.fromkeys(days, windows))
    return Coverage.weekly(zone, week, dated)
