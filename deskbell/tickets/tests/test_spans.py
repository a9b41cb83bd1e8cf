"""Instants and spans in a search, in the zone of the one who asks."""

from __future__ import annotations

import pytest

from deskbell.lib.errors import Refused
from deskbell.tickets.finding.spans import Between, between
from tests.town import at

NOW = at("2026-11-20 15:00")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("<2d", "2026-11-18 15:00", None),
        (">2d", None, "2026-11-18 15:00"),
        ("<30min", "2026-11-20 14:30", None),
        ("today", "2026-11-20 00:00", "2026-11-21 00:00"),
        ("yesterday", "2026-11-19 00:00", "2026-11-20 00:00"),
        ("2026-11-01", "2026-11-01 00:00", "2026-11-02 00:00"),
        ("2026-11-01..2026-11-15", "2026-11-01 00:00", "2026-11-16 00:00"),
        (">2026-11-01", "2026-11-02 00:00", None),
        (">=2026-11-01", "2026-11-01 00:00", None),
        ("<2026-11-01", None, "2026-11-01 00:00"),
        ("<=2026-11-01", None, "2026-11-02 00:00"),
    ],
)
def test_a_time_means_what_people_mean(text: str, first: str | None, last: str | None) -> None:
    found = between(text, now=NOW, zone="America/New_York")
    assert found == Between(at(first) if first else None, at(last) if last else None)


def test_of_what_comes_the_span_lies_ahead() -> None:
    soon = between("<4h", now=NOW, zone="UTC", ahead=True)
    late = between(">4h", now=NOW, zone="UTC", ahead=True)
    assert soon == Between(last=at("2026-11-20 19:00"))
    assert late == Between(first=at("2026-11-20 19:00"))


def test_a_day_has_as_many_hours_as_it_has_there() -> None:
    """The clocks went back on 2026-11-01: that day had 25 hours."""
    found = between("2026-11-01", now=NOW, zone="America/New_York")
    assert found.first and found.last
    assert (found.last - found.first).total_seconds() == 25 * 3600


@pytest.mark.parametrize(
    "text",
    ["", "soon", "<2", "2d", "2026-13-01", "..", "<9999999d", "0001-01-01..x", "<=9999-12-31"],
)
def test_what_is_no_time_is_told_with_examples(text: str) -> None:
    with pytest.raises(Refused, match=r"is no time\. Write <2d"):
        between(text, now=NOW, zone="America/New_York")
