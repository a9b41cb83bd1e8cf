"""Spam and the trash, as the clocks of the ticket see them."""

from __future__ import annotations

from deskbell.sla.core.tests.scenario import play


def test_spam_owes_nothing_and_what_was_late_already_is_late_no_more() -> None:
    play("""
        Thu 10:00  opened normal      | first reply due Thu 14:00
        Thu 12:00  set aside as spam  | first reply cancelled (marked as spam)
        Thu 18:00  now                | first reply cancelled (marked as spam)
    """)
    play("""
        Thu 10:00  opened normal      |
        Thu 14:10  now                | first reply breached Thu 14:00
        Thu 14:20  set aside as spam  | first reply cancelled (marked as spam)
    """)


def test_what_is_deleted_keeps_the_breach_that_it_had() -> None:
    play("""
        Thu 10:00  opened normal       |
        Thu 14:20  set aside as trash  | first reply breached Thu 14:00, 20 min late (deleted)
    """)
    play("""
        Thu 10:00  opened normal       |
        Thu 11:00  set aside as trash  | first reply cancelled (deleted)
    """)


def test_k14_brought_back_a_clock_goes_on_from_its_original_start() -> None:
    play("""
        Thu 10:00  opened normal      |
        Thu 10:10  set aside as spam  | first reply cancelled (marked as spam)
        Thu 11:00  brought back       | first reply due Thu 14:00
        Thu 13:00  agent replies      | first reply met, 3 h of 4 h; update due Fri 13:00
    """)


def test_k8_brought_back_too_late_it_is_breached_then_and_never_back_dated() -> None:
    play("""
        Thu 10:00  opened normal      |
        Thu 10:10  set aside as spam  |
        Thu 15:00  brought back       | first reply breached Thu 15:00 (late when brought back)
    """)


def test_k8_a_breach_that_spam_had_lifted_comes_back_as_it_was() -> None:
    play("""
        Thu 10:00  opened normal      |
        Thu 14:20  set aside as spam  | first reply cancelled (marked as spam)
        Thu 16:00  brought back       | first reply breached Thu 14:00
    """)


def test_k12_only_what_holds_on_its_return_is_heard_while_it_is_set_aside() -> None:
    play("""
        Thu 10:00  opened normal      |
        Thu 10:10  set aside as spam  |
        Thu 10:20  impact low         | first reply cancelled (marked as spam)
        Thu 10:30  customer writes    |
        Thu 11:00  brought back       | first reply due Fri 10:00
    """)


def test_spam_that_is_deleted_stays_the_spam_that_it_was() -> None:
    play("""
        Thu 10:00  opened normal       |
        Thu 14:20  set aside as spam   |
        Thu 14:30  set aside as trash  | first reply cancelled (marked as spam)
        Thu 14:40  brought back        | first reply breached Thu 14:00
    """)
