"""The sentence a teacher understands: one table of stories, and what is said of each."""

from __future__ import annotations

import pytest

from deskbell.lib.clock import moved_to
from deskbell.sla.explaining import one_of
from deskbell.sla.explaining.tests.conftest import Opened, account_at
from deskbell.tickets.impacts import Impact
from deskbell.tickets.replying import reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.words import Words
from tests.town import Town, at

FOUR_HOURS = "We promised a first reply within 4 business hours"


@pytest.mark.parametrize(
    ("opened_at", "impact", "now", "said"),
    [
        (
            "2026-11-23 16:50",
            "normal",
            "2026-11-23 19:30",
            f"{FOUR_HOURS}. 2 h 10 min counted on Monday until 7 pm, the rest from 8 am on Tuesday: "
            "due Tuesday 9:50 am Eastern.",
        ),
        (
            "2026-11-23 16:50",
            "normal",
            "2026-11-23 17:00",  # Monday's hours are still counting
            f"{FOUR_HOURS}. 2 h 10 min count on Monday until 7 pm, the rest from 8 am on Tuesday: "
            "due Tuesday 9:50 am Eastern.",
        ),
        (
            "2026-11-23 09:00",
            "normal",
            "2026-11-23 09:10",
            f"{FOUR_HOURS}: due Monday 1:00 pm Eastern.",
        ),
        (
            "2026-11-21 03:00",
            "urgent",
            "2026-11-21 03:01",
            "We promised a first reply within 15 min (24/7): due Saturday 3:15 am Eastern.",
        ),
        (
            "2026-11-21 03:00",
            "normal",
            "2026-11-21 03:01",
            f"{FOUR_HOURS}. Counting begins on Monday at 8 am: due Monday 12:00 pm Eastern.",
        ),
        (
            "2026-11-20 23:30",
            "high",
            "2026-11-20 23:31",
            "We promised a first reply within 1 h (24/5). 30 min count on Friday until midnight, the "
            "rest from midnight on Monday: due Monday 12:30 am Eastern.",
        ),
        (
            "2026-11-25 18:00",
            "normal",
            "2026-11-25 18:30",
            f"{FOUR_HOURS}. 1 h count on Wednesday until 7 pm, the rest from 8 am on Friday, without "
            "Thanksgiving Day: due Friday 11:00 am Eastern.",
        ),
        (
            "2026-11-23 09:00",
            "normal",
            "2026-11-23 13:01",
            f"{FOUR_HOURS}. It was due Monday 1:00 pm Eastern, and nobody has replied yet.",
        ),
        (
            "2026-11-23 09:00",
            "normal",
            "2027-01-05 09:00",  # a weekday alone would be taken for another one
            f"{FOUR_HOURS}. It was due Monday, November 23, 2026, 1:00 pm Eastern, and nobody has "
            "replied yet.",
        ),
    ],
)
def test_what_is_said_while_it_waits(
    opened: Opened, opened_at: str, impact: str, now: str, said: str
) -> None:
    (clock,) = account_at(now, opened(opened_at, impact=Impact(impact))).clocks
    assert clock.summary == said


@pytest.mark.parametrize(
    ("replied", "said"),
    [
        ("2026-11-23 09:50", "Ana Alvarez replied Monday 9:50 am Eastern, after 50 min: kept."),
        ("2026-11-23 13:30", "Ana Alvarez replied Monday 1:30 pm Eastern, late by 30 min."),
        (
            "2026-11-24 08:30",
            "Ana Alvarez replied Tuesday 8:30 am Eastern, late by 6 h 30 min of business hours.",
        ),
    ],
)
def test_what_is_said_once_it_has_ended(
    opened: Opened, town: Town, replied: str, said: str
) -> None:
    ticket = opened("2026-11-23 09:00")
    with moved_to(at(replied)):
        reply(ticket, Words("On it"), by=town.ana)
    clock = one_of(account_at("2026-11-24 09:00", ticket), "first_reply", 1)
    assert clock.summary == f"{FOUR_HOURS}, so by Monday 1:00 pm Eastern. {said}"


def test_what_is_no_longer_needed_says_by_what(opened: Opened, town: Town) -> None:
    ticket = opened("2026-11-23 09:00")
    with moved_to(at("2026-11-23 09:30")):
        reply(ticket, Words("Done"), by=town.ana)
    with moved_to(at("2026-11-23 09:40")):
        set_state(ticket, "solved", by=town.ana)
    clock = one_of(account_at("2026-11-23 10:00", ticket), "periodic_update", 1)
    assert clock.summary == (
        "We promised an update within 11 business hours of the last one. It ended Monday 9:40 am "
        "Eastern, before it was due: Ana Alvarez set the ticket to solved."
    )


def test_what_is_kept_for_later_says_each_day_with_its_date(opened: Opened) -> None:
    (clock,) = account_at("2026-11-23 19:30", opened("2026-11-23 16:50"), dated=True).clocks
    assert clock.summary == (
        f"{FOUR_HOURS}. 2 h 10 min counted on Monday, November 23, 2026, until 7 pm, the rest from "
        "8 am on Tuesday, November 24, 2026: due Tuesday, November 24, 2026, 9:50 am Eastern."
    )
