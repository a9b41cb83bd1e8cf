"""Resolution, the only clock that pauses: K5, K7."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from deskbell.sla.core import Promise
from deskbell.sla.core.tests.scenario import STANDARD, play

_PROMISED = {
    "normal": {"resolution": Promise(timedelta(hours=11), "business_hours")},
    "high": {"resolution": Promise(timedelta(hours=4), "weekdays")},
}
RESOLVES = replace(STANDARD, targets=_PROMISED)
WAITS = replace(RESOLVES, resolution_pauses_while_waiting=True)


def test_k5_from_creation_to_solved_paused_while_pending() -> None:
    play(
        """
        Thu 10:00  opened normal       | resolution due Fri 10:00
        Thu 12:00  pending             | resolution paused, 2 h of 11 h
        Thu 18:00  now                 | resolution paused, 2 h of 11 h
        Thu 18:30  customer writes     | resolution due Fri 16:30
        Thu 18:30  open                | resolution due Fri 16:30
        Fri 09:00  waiting             | resolution due Fri 16:30
        Fri 10:00  solved              | resolution met, 4 h 30 min of 11 h
    """,
        RESOLVES,
    )


def test_k5_it_pauses_while_waiting_only_if_the_policy_says_so() -> None:
    play(
        """
        Thu 10:00  opened normal       |
        Thu 12:00  waiting             | resolution paused, 2 h of 11 h
        Thu 13:00  pending             | resolution paused, 2 h of 11 h
        Thu 14:00  open                | resolution due Fri 12:00
    """,
        WAITS,
    )


def test_k5_reopened_it_goes_on_with_the_time_it_had() -> None:
    found = play(
        """
        Thu 10:00  opened normal       |
        Thu 11:00  pending             |
        Thu 12:00  solved              | resolution met, 1 h of 11 h
        Thu 18:00  now                 | resolution met, 1 h of 11 h
        Fri 08:00  customer writes     | resolution due Fri 18:00
        Fri 09:00  solved              | resolution met, 2 h of 11 h
    """,
        RESOLVES,
    )
    assert len(found) == 1


def test_k5_late_it_counts_no_pause_into_how_late() -> None:
    play(
        """
        Thu 10:00  opened normal       |
        Fri 11:00  pending             | resolution breached Fri 10:00
        Fri 15:00  open                | resolution breached Fri 10:00
        Fri 15:30  solved              | resolution breached Fri 10:00, 1 h 30 min late
        Fri 16:00  open                | resolution breached Fri 10:00
        Fri 17:00  solved              | resolution breached Fri 10:00, 2 h 30 min late
    """,
        RESOLVES,
    )


def test_k5_a_history_that_begins_with_a_message_began_then() -> None:
    play(
        """
        Thu 10:00  customer writes     | resolution due Fri 10:00
    """,
        RESOLVES,
    )


def test_k5_a_pause_before_the_breach_does_not_make_it_later() -> None:
    play(
        """
        Thu 10:00  opened normal       |
        Thu 11:00  pending             |
        Thu 12:00  open                | resolution due Fri 11:00
        Fri 12:30  solved              | resolution breached Fri 11:00, 1 h 30 min late
    """,
        RESOLVES,
    )


def test_k7_a_paused_clock_has_no_due_instant_and_is_not_late_however_long() -> None:
    (clock,) = play(
        """
        Thu 10:00  opened normal       |
        Thu 11:00  pending             |
        Mon 11:00  now                 | resolution paused, 1 h of 11 h
    """,
        RESOLVES,
    )
    assert (clock.due, clock.warn_at, clock.outcome) == (None, None, "running")


def test_k5_all_its_time_used_when_it_pauses_it_is_not_late_before_it_goes_on() -> None:
    play(
        """
        Thu 10:00     opened normal    |
        Fri 10:00:00  pending          | resolution paused, 11 h of 11 h
        Fri 12:00:00  open             | resolution due Fri 12:00
        Fri 12:00:01  now              | resolution breached Fri 12:00
    """,
        RESOLVES,
    )


def test_k8_the_pauses_hold_under_the_new_target_and_coverage_too() -> None:
    play(
        """
        Thu 18:00  opened normal       |
        Thu 19:30  pending             | resolution paused, 1 h of 11 h
        Thu 20:00  impact high         | resolution paused, 1 h 30 min of 4 h
        Thu 21:00  open                | resolution due Thu 23:30
        Thu 22:00  impact normal       | resolution due Fri 18:00
    """,
        RESOLVES,
    )


def test_k8_late_under_the_new_impact_while_paused_and_lifted_again() -> None:
    play(
        """
        Thu 08:00  opened normal       |
        Thu 14:00  pending             |
        Thu 15:00  impact high  | resolution breached Thu 15:00 (late because reclassified)
        Thu 16:00  impact normal       | resolution paused, 6 h of 11 h
    """,
        RESOLVES,
    )


def test_k8_c4_used_up_at_the_closing_before_the_pause_it_was_due_at_that_closing() -> None:
    hours = {"high": {"resolution": Promise(timedelta(hours=4), "business_hours")}}
    policy = replace(RESOLVES, targets=_PROMISED | hours)
    play(
        """
        Thu 15:00  opened normal       | resolution due Fri 15:00
        Thu 20:00  pending             | resolution paused, 4 h of 11 h
        Thu 21:00  impact high         | resolution breached Thu 21:00 (late because reclassified)
    """,
        policy,
    )
    play(
        """
        Thu 15:00  opened normal       |
        Thu 19:00  pending             | resolution paused, 4 h of 11 h
        Thu 21:00  impact high         | resolution paused, 4 h of 4 h
        Fri 10:00  open                | resolution due Fri 10:00
    """,
        policy,
    )
