"""Targets are read as people write them, and what might mean two things is asked about."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deskbell.lib.errors import Refused
from deskbell.sla.editing.targets import (
    in_business_days,
    read_target,
    usual_day,
    written_target,
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = {key: [["08:00", "19:00"]] for key in WEEKDAYS}
ALWAYS = {key: [["00:00", "24:00"]] for key in (*WEEKDAYS, "sat", "sun")}
LUNCH = {
    **{key: [["08:00", "12:00"], ["13:00", "17:00"]] for key in WEEKDAYS},
    "sat": [["09:00", "12:00"]],
}


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("15 min", 15),
        ("15min", 15),
        ("15 Minutes", 15),
        ("4 h", 240),
        ("4 hours", 240),
        ("1 h 30 min", 90),
        ("1h30m", 90),
        ("1 hour and 30 minutes", 90),
        ("1.5 h", 90),
        ("90 s", 1.5),
        ("2 business days", 2 * 11 * 60),
        ("1 business day 30 min", 11 * 60 + 30),
        ("0.5 business days", 5.5 * 60),
    ],
)
def test_what_people_write(text: str, minutes: float) -> None:
    assert read_target(text, OFFICE) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "  ", "none", "–", "None"])
def test_nothing_is_no_promise(text: str) -> None:
    assert read_target(text, OFFICE) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2 days", "two things"),
        ("1 d", "two things"),
        ("1 week", "two things"),
        ("15", "15 min, 4 h"),
        ("soon", "15 min, 4 h"),
        ("4 fortnights", "no unit"),
        ("1:30", "15 min, 4 h"),
        ("-4 h", "15 min, 4 h"),
        ("0 min", "No time at all"),
        ("99999 h", "too long"),
        ("<script>", "15 min, 4 h"),
        ("4 h " * 4000, "too long"),
    ],
)
def test_what_cannot_be_read_is_refused_with_how_to_write_it(text: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        read_target(text, OFFICE)


@pytest.mark.parametrize(
    ("windows", "hours"),
    [(OFFICE, 11), (ALWAYS, 24), (LUNCH, 8), ({"sat": [["22:00", "02:00"]]}, 4)],
)
def test_a_business_day_is_the_usual_day_of_its_coverage(
    windows: dict[str, list[list[str]]], hours: int
) -> None:
    assert usual_day(windows) == timedelta(hours=hours)
    assert read_target("1 business day", windows) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("minutes", "written"),
    [(15, "15 min"), (240, "4 h"), (90, "1 h 30 min"), (11.25, "11 min 15 s"), (2880, "48 h")],
)
def test_it_is_written_as_it_can_be_read_again(minutes: float, written: str) -> None:
    assert written_target(timedelta(minutes=minutes)) == written
    assert read_target(written, OFFICE) == timedelta(minutes=minutes)


def test_whole_days_are_said_beside_their_hours() -> None:
    assert in_business_days(timedelta(hours=22), OFFICE) == "2 business days"
    assert in_business_days(timedelta(hours=11), OFFICE) == "1 business day"
    assert in_business_days(timedelta(hours=12), OFFICE) == ""
    assert in_business_days(timedelta(hours=48), ALWAYS) == ""
