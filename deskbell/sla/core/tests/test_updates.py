"""Periodic update (K4) and an incident's updates (K11)."""

from __future__ import annotations

from deskbell.sla.core.tests.scenario import play


def test_k4_from_each_public_reply_to_the_next() -> None:
    found = play("""
        Thu 10:00  opened normal       | no update
        Thu 11:00  agent replies       | update due Fri 11:00
        Thu 12:00  note                | update due Fri 11:00
        Thu 13:00  customer writes     | update due Fri 11:00
        Fri 10:00  agent replies       | update due Mon 10:00
    """)
    assert [clock.outcome for clock in found if clock.metric == "periodic_update"] == [
        "met",
        "running",
    ]


def test_k4_pending_and_solved_cancel_it_and_it_starts_anew_when_open_again() -> None:
    play("""
        Thu 10:00  opened normal       |
        Thu 11:00  agent replies       | update due Fri 11:00
        Thu 12:00  pending             | update cancelled
        Thu 13:00  agent replies       | update cancelled
        Thu 14:00  customer writes     | update due Fri 14:00
        Thu 15:00  solved              | update cancelled
        Thu 16:00  closed              | update cancelled
    """)


def test_k4_an_explicit_reopening_beside_the_message_changes_nothing() -> None:
    tables = (
        """
        Thu 10:00  opened normal       |
        Thu 11:00  agent replies       |
        Thu 12:00  pending             |
        Thu 13:00  {}
        Thu 13:00  {}
        Thu 13:00  now                 | update due Fri 13:00; next reply due Fri 10:00
    """.format(*order)
        for order in (("customer writes", "open"), ("open", "customer writes"))
    )
    assert len({tuple(play(table)) for table in tables}) == 1


def test_k4_it_goes_on_while_waiting_and_starts_there_too() -> None:
    play("""
        Thu 10:00  opened normal       |
        Thu 11:00  agent replies       | update due Fri 11:00
        Thu 12:00  waiting             | update due Fri 11:00
        Thu 13:00  agent replies       | update due Fri 13:00
        Thu 14:00  open                | update due Fri 13:00
    """)


def test_k4_before_the_first_reply_nothing_starts_anew() -> None:
    play("""
        Thu 10:00  opened normal       |
        Thu 11:00  pending             |
        Thu 12:00  open                | no update
    """)


def test_k4_a_missed_update_is_one_breach_however_late() -> None:
    found = play("""
        Thu 10:00  opened urgent       |
        Thu 10:05  agent replies       | update due Thu 11:05
        Thu 18:00  now                 | update breached Thu 11:05
        Thu 18:05  agent replies       | update due Thu 19:05
    """)
    assert [c.outcome for c in found if c.metric == "periodic_update"] == ["breached", "running"]


def test_k11_an_incidents_update_counts_as_an_agents_reply() -> None:
    play("""
        Thu 10:00  opened normal       |
        Thu 11:00  incident update     | first reply met, 1 h of 4 h; update due Fri 11:00
    """)


def test_k11_a_solved_ticket_is_told_and_not_answered() -> None:
    play("""
        Thu 10:00  opened normal       |
        Thu 11:00  solved              |
        Thu 12:00  incident update     | first reply cancelled (solved unanswered); no update
        Thu 13:00  open                | first reply due Thu 14:00
    """)
