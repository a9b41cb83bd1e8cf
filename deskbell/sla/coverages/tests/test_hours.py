"""A day's hours are read as people write them, and told as people say them (C1)."""

from __future__ import annotations

from datetime import date

import pytest

from deskbell.lib.errors import Refused
from deskbell.sla.coverages.hours import days_in_words, in_words, read_hours, week_in_words, written


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("08:00-12:00, 13:00-19:00", [["08:00", "12:00"], ["13:00", "19:00"]]),
        ("8-12; 1 pm to 7 pm", [["08:00", "12:00"], ["13:00", "19:00"]]),
        ("8:30am–noon and 13.00 until 24:00", [["08:30", "12:00"], ["13:00", "24:00"]]),
        ("22:00 - 06:00", [["22:00", "06:00"]]),
        ("12 am-12 pm", [["00:00", "12:00"]]),
        ("Closed", []),
        ("  ", []),
        ("24 hours", [["00:00", "24:00"]]),
    ],
)
def test_hours_are_read_as_people_write_them_c1(text: str, windows: list[list[str]]) -> None:
    assert read_hours(text, "Monday") == windows
    assert read_hours(written(windows), "Monday") == windows


@pytest.mark.parametrize(
    "text",
    ["8", "8-", "8-9-10", "25:00-26:00", "8:60-9:00", "24:30-1:00", "13 pm-14 pm", "x" * 300],
)
def test_what_is_no_span_of_hours_is_refused_with_the_day(text: str) -> None:
    with pytest.raises(Refused, match=r"Monday: .*Write the hours like"):
        read_hours(text, "Monday")


def test_hours_are_told_in_words() -> None:
    assert in_words([["08:00", "12:00"], ["13:00", "19:00"]]) == (
        "8:00 am to 12:00 pm and 1:00 pm to 7:00 pm"
    )
    assert in_words([["22:00", "06:00"]]) == "10:00 pm until 6:00 am the next day"
    assert in_words([["18:00", "24:00"]]) == "6:00 pm to midnight"
    assert in_words([["00:00", "24:00"]]) == "24 hours"
    assert in_words([]) == "closed"


def test_like_days_of_a_week_are_told_together() -> None:
    week = {key: [["08:00", "19:00"]] for key in ("mon", "tue", "wed", "thu", "fri")}
    assert week_in_words(week) == [
        ("Monday to Friday", "8:00 am to 7:00 pm"),
        ("Saturday to Sunday", "closed"),
    ]


def test_spans_of_days_are_told_with_the_year_once() -> None:
    assert days_in_words(date(2026, 11, 26), date(2026, 11, 26)) == "Nov 26, 2026"
    assert days_in_words(date(2026, 6, 15), date(2026, 8, 28)) == "Jun 15 to Aug 28, 2026"
    assert days_in_words(date(2026, 12, 21), date(2027, 1, 1)) == "Dec 21, 2026 to Jan 1, 2027"
