"""First and next reply: K1, K2, K3, K7, K13, K14, and the instants at which they are late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from deskbell.sla.core import BadHistory, Event, Kind, clocks
from deskbell.sla.core.tests.scenario import STANDARD, play, said


def test_k1_the_first_public_reply_of_a_person_stops_first_reply() -> None:
    play("""
        Thu 18:50  opened normal       | first reply due Fri 11:50; no next reply
        Thu 18:51  automatic answer    | first reply due Fri 11:50
        Thu 18:52  note                | first reply due Fri 11:50
        Thu 18:53  waiting             | first reply due Fri 11:50
        Thu 18:54  vendor writes       | first reply due Fri 11:50
        Thu 18:55  customer writes     | first reply due Fri 11:50; no next reply
        Fri 08:40  agent replies       | first reply met, 50 min of 4 h; no next reply
    """)


def test_k1_a_reply_undone_never_was() -> None:
    play("""
        Thu 10:00     opened normal    | first reply due Thu 14:00
        Thu 10:30:00  agent replies    | first reply met, 30 min of 4 h; update due Fri 10:30
        Thu 10:30:09  reply undone     | first reply due Thu 14:00; no update
        Thu 11:00:00  agent replies    | first reply met, 1 h of 4 h
    """)


def test_k2_the_customers_words_taken_down_start_first_reply_at_creation() -> None:
    play("""
        Thu 10:00  opened normal by customer  | first reply due Thu 14:00
    """)


def test_k2_the_agents_own_public_message_is_the_first_reply() -> None:
    play("""
        Thu 10:00  opened normal by agent  | no first reply; update due Fri 10:00
        Thu 11:00  customer writes         | no first reply; next reply due Thu 19:00
    """)


def test_k2_a_ticket_without_anyones_words_owes_nothing_until_the_customer_writes() -> None:
    play("""
        Thu 10:00  opened normal by nobody  | no first reply; no update
        Thu 11:00  customer writes          | first reply due Thu 15:00
    """)


def test_k3_next_reply_starts_at_the_oldest_unanswered_message_and_each_round_is_a_clock() -> None:
    found = play("""
        Thu 10:00  opened normal       |
        Thu 10:30  agent replies       | no next reply
        Fri 09:00  customer writes     | next reply due Fri 17:00
        Fri 10:00  customer writes     | next reply due Fri 17:00
        Fri 11:00  agent replies       | next reply met, 2 h of 8 h
        Fri 12:00  agent replies       | next reply met, 2 h of 8 h
        Fri 18:00  customer writes     | next reply due Mon 15:00
    """)
    rounds = [clock.ordinal for clock in found if clock.metric == "next_reply"]
    assert rounds == [1, 2]


def test_a_clock_is_met_at_its_due_instant_and_breached_right_after_it() -> None:
    play("""
        Thu 10:00     opened normal    | first reply due Thu 14:00
        Thu 14:00:00  now              | first reply due Thu 14:00
        Thu 14:00:01  now              | first reply breached Thu 14:00
    """)
    play("""
        Thu 10:00     opened normal    |
        Thu 14:00:00  agent replies    | first reply met, 4 h of 4 h
    """)


def test_one_microsecond_past_due_is_a_breach() -> None:
    start = datetime(2026, 11, 5, 15, tzinfo=UTC)
    due = start + timedelta(hours=4)
    opened = Event(start, Kind.CREATED, impact="normal")
    for late, outcome in ((0, "running"), (1, "breached")):
        (clock,) = clocks([opened], STANDARD, due + timedelta(microseconds=late))
        assert (clock.outcome, clock.due) == (outcome, due)


def test_a_later_stop_records_how_late_in_covered_time_from_the_breach() -> None:
    play("""
        Fri 15:30  opened normal       | first reply due Mon 08:30
        Mon 09:00  agent replies       | first reply breached Mon 08:30, 30 min late
    """)
    play("""
        Fri 15:00  opened normal       | first reply due Fri 19:00
        Mon 08:10  agent replies       | first reply breached Fri 19:00, 10 min late
    """)


def test_k7_first_and_next_reply_never_pause() -> None:
    play("""
        Thu 10:00  opened normal       |
        Thu 10:30  pending             | first reply due Thu 14:00
        Thu 11:00  waiting             | first reply due Thu 14:00
        Thu 12:00  agent replies       |
        Thu 13:00  customer writes     |
        Thu 13:30  pending             | next reply due Fri 10:00
    """)


def test_k13_a_message_counts_from_when_the_desk_received_it() -> None:
    play("""
        Thu 11:00  opened normal received Thu 10:00      | first reply due Thu 14:00
        Thu 12:00  agent replies                         | first reply met, 2 h of 4 h
        Thu 13:00  customer writes received Thu 12:30    | next reply due Fri 09:30
    """)


def test_k13_freed_from_quarantine_already_late_it_is_breached_when_it_becomes_a_ticket() -> None:
    play("""
        Thu 15:00  opened normal held Thu 10:00  | first reply breached Thu 15:00 (held)
        Thu 16:00  agent replies   | first reply breached Thu 15:00, 1 h late (held)
    """)
    play("""
        Thu 13:00  opened normal held Thu 10:00  | first reply due Thu 14:00
        Thu 14:30  now                           | first reply breached Thu 14:00
    """)


def test_k13_a_held_breach_is_not_lifted_by_a_milder_impact() -> None:
    play("""
        Thu 15:00  opened urgent held Thu 10:00  | first reply breached Thu 15:00 (held)
        Thu 15:01  impact low                    | first reply breached Thu 15:00 (held)
    """)


def test_k14_solving_unanswered_cancels_and_reopening_goes_on_from_the_original_start() -> None:
    play("""
        Thu 10:00  opened normal       |
        Thu 10:30  agent replies       |
        Thu 11:00  customer writes     | next reply due Thu 19:00
        Thu 12:00  solved              | next reply cancelled (solved unanswered)
        Thu 13:00  open                | next reply due Thu 19:00
        Thu 14:00  agent replies       | next reply met, 3 h of 8 h
    """)


def test_k14_the_first_reply_goes_on_too_and_the_customers_message_reopens_by_itself() -> None:
    found = play("""
        Thu 10:00  opened normal       | first reply due Thu 14:00
        Thu 11:00  solved              | first reply cancelled (solved unanswered)
        Thu 12:00  customer writes     | first reply due Thu 14:00; no next reply
        Thu 12:00  open                | first reply due Thu 14:00; no next reply
    """)
    assert len([clock for clock in found if clock.metric == "first_reply"]) == 1


def test_k14_due_while_solved_it_is_late_when_it_reopens_and_not_before() -> None:
    play("""
        Thu 10:00  opened normal       |
        Thu 11:00  solved              |
        Thu 18:00  now                 | first reply cancelled (solved unanswered)
        Fri 09:00  open                | first reply breached Fri 09:00 (late when reopened)
    """)


def test_k14_a_breach_stays_a_breach_when_it_is_solved_unanswered() -> None:
    play("""
        Thu 10:00  opened normal       |
        Thu 15:00  solved  | first reply breached Thu 14:00, 1 h late (solved unanswered)
        Thu 16:00  open    | first reply breached Thu 14:00
        Thu 17:00  agent replies       | first reply breached Thu 14:00, 3 h late
    """)


def test_k14_answered_after_solving_the_next_message_starts_a_new_clock() -> None:
    play("""
        Thu 10:00  opened normal       |
        Thu 11:00  solved              | first reply cancelled (solved unanswered)
        Thu 11:30  agent replies       | first reply cancelled (solved unanswered)
        Thu 12:00  customer writes     | next reply due Fri 09:00
    """)


def test_a_message_to_a_closed_ticket_belongs_to_another_ticket() -> None:
    play("""
        Thu 10:00  opened normal       |
        Thu 10:30  agent replies       |
        Thu 11:00  solved              |
        Thu 12:00  closed              |
        Thu 13:00  customer writes     | no next reply; update cancelled
    """)


def test_k12_what_has_not_happened_yet_does_not_count_and_order_is_kept() -> None:
    start = datetime(2026, 11, 5, 15, tzinfo=UTC)
    reply = Event(start + timedelta(hours=1), Kind.AGENT_REPLY)
    opened = Event(start, Kind.CREATED, impact="normal")
    (clock,) = clocks([opened, reply], STANDARD, start + timedelta(minutes=59))
    assert said([clock], "")[0] == "first reply due Thu 14:00"
    with pytest.raises(BadHistory, match="out of order"):
        clocks([reply, opened], STANDARD, start + timedelta(hours=2))
    with pytest.raises(BadHistory, match="not a kind of event"):
        clocks([opened, Event(start, "snoozed")], STANDARD, start)


def test_k1_a_vendors_message_starts_nothing_and_opens_nothing() -> None:
    play("""
        Thu 10:00  opened normal by nobody |
        Thu 10:30  vendor writes           | no first reply
    """)
    play("""
        Thu 10:00  opened normal       |
        Thu 11:00  agent replies       |
        Thu 12:00  pending             |
        Thu 13:00  vendor writes       | no next reply; update cancelled
    """)
