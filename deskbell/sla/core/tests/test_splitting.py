"""Splitting a conversation, as its clocks see it (K3, K13)."""

from __future__ import annotations

from deskbell.sla.core.tests.scenario import play


def test_k3_a_reply_clock_goes_on_if_its_oldest_message_stays() -> None:
    play("""
        Thu 10:00  opened normal               |
        Thu 11:00  customer writes             |
        Thu 12:00  split away since Thu 10:00  | first reply due Thu 14:00
        Thu 13:00  agent replies               | first reply met, 3 h of 4 h
    """)


def test_k3_it_is_cancelled_if_all_that_was_unanswered_moved_and_its_breach_stays() -> None:
    play("""
        Thu 10:00  opened normal    |
        Thu 10:10  agent replies    | first reply met, 10 min of 4 h
        Thu 10:20  customer writes  | next reply due Thu 18:20
        Thu 10:30  split away  | next reply cancelled (moved to another ticket)
        Thu 10:40  solved      |
        Thu 10:50  open        | next reply cancelled (moved to another ticket)
        Thu 11:00  customer writes  | next reply due Thu 19:00
    """)


def test_k13_the_new_ticket_counts_from_when_the_message_was_received_and_is_never_back_dated() -> (
    None
):
    play("""
        Thu 11:00  opened normal by nobody    | no first reply
        Thu 11:00  split off since Thu 10:00  | first reply due Thu 14:00
    """)
    play("""
        Thu 15:00  opened normal by nobody    |
        Thu 15:00  split off since Thu 10:00  | first reply breached Thu 15:00 (late when split off)
    """)


def test_k3_on_the_new_ticket_an_answered_message_owes_nothing() -> None:
    play("""
        Thu 11:00  opened normal by nobody  |
        Thu 11:00  split off                | no first reply
        Thu 12:00  customer writes          | first reply due Thu 16:00
    """)


def test_a_split_taken_back_never_was() -> None:
    play("""
        Thu 10:00  opened normal by nobody  |
        Thu 10:20  customer writes          | first reply due Thu 14:20
        Thu 10:30  split away               | first reply cancelled (moved to another ticket)
        Thu 10:40  unsplit                  | first reply due Thu 14:20
    """)
