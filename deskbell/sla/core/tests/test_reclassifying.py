"""Changes of impact, policy and live chat: K8, K9, K15; and merging: K10."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from deskbell.sla.core import Event, Kind, Promise, clocks
from deskbell.sla.core.tests.scenario import STANDARD, instant, play, said


def test_k8_a_running_clock_is_recomputed_as_if_the_new_target_had_held_since_its_start() -> None:
    play("""
        Fri 18:30  opened low          | first reply due Mon 18:30
        Fri 18:40  impact high         | first reply due Fri 19:30
        Fri 18:50  impact normal       | first reply due Mon 11:30
        Fri 18:55  agent replies       | first reply met, 25 min of 4 h
    """)


def test_k8_late_already_it_is_breached_at_the_change_and_lifted_when_it_goes_back() -> None:
    play("""
        Thu 10:00  opened normal       | first reply due Thu 14:00
        Thu 11:00  impact urgent  | first reply breached Thu 11:00 (late because reclassified)
        Thu 12:00  now            | first reply breached Thu 11:00 (late because reclassified)
        Thu 12:30  impact normal       | first reply due Thu 14:00
        Thu 14:30  now                 | first reply breached Thu 14:00
    """)


def test_k8_due_at_the_very_instant_of_the_change_is_not_late() -> None:
    play("""
        Thu 10:00  opened normal       |
        Thu 10:15:00  impact urgent    | first reply due Thu 10:15
        Thu 10:15:01  now              | first reply breached Thu 10:15
    """)


def test_k8_still_late_after_a_further_change_it_keeps_the_instant_of_the_breach() -> None:
    play("""
        Thu 10:00  opened low          |
        Thu 14:30  impact urgent  | first reply breached Thu 14:30 (late because reclassified)
        Thu 15:00  impact high    | first reply breached Thu 14:30 (late because reclassified)
        Thu 15:30  impact low          | first reply due Fri 10:00
    """)


def test_k8_a_breach_at_its_own_due_instant_stays_noticed_or_not() -> None:
    play("""
        Thu 10:00  opened urgent       |
        Thu 11:00  impact low          | first reply breached Thu 10:15
        Thu 12:00  agent replies       | first reply breached Thu 10:15, 1 h 45 min late
    """)


def test_k8_a_breach_under_the_new_impact_stays_when_it_goes_back() -> None:
    play("""
        Thu 10:00  opened normal       |
        Thu 10:30  impact high         | first reply due Thu 11:00
        Thu 11:30  impact normal       | first reply breached Thu 11:00
    """)


def test_k8_a_clock_that_has_ended_never_changes() -> None:
    play("""
        Thu 10:00  opened normal       |
        Thu 11:00  agent replies       | first reply met, 1 h of 4 h; update due Fri 11:00
        Thu 11:30  impact urgent       | first reply met, 1 h of 4 h; update due Thu 12:00
    """)
    play("""
        Thu 10:00  opened normal       |
        Thu 11:00  impact urgent       |
        Thu 11:30  agent replies  | first reply breached Thu 11:00, 30 min late (late because reclassified)
        Thu 12:00  impact normal  | first reply breached Thu 11:00, 30 min late (late because reclassified)
    """)


def test_k9_moved_to_another_version_of_the_policy_a_clock_is_recomputed() -> None:
    slower = replace(
        STANDARD,
        targets={"normal": {"first_reply": Promise(timedelta(hours=6), "business_hours")}},
    )
    start = instant("Thu 10:00")
    history = [
        Event(start, Kind.CREATED, impact="normal"),
        Event(start + timedelta(hours=1), Kind.POLICY, policy=slower),
    ]
    assert said(clocks(history[:1], STANDARD, start), "")[0] == "first reply due Thu 14:00"
    after = clocks(history, STANDARD, start + timedelta(hours=1))
    assert said(after, "")[0] == "first reply due Thu 16:00"


def test_k9_nothing_is_promised_by_the_new_policy_so_there_is_no_clock() -> None:
    play("""
        Thu 10:00  opened normal         | no resolution; no acknowledge
    """)


def test_k15_a_live_chat_holds_both_promises_and_the_earlier_instant_counts() -> None:
    found = play("""
        Thu 10:00  opened normal in chat | first reply due Thu 10:05
        Thu 10:01  impact urgent         | first reply due Thu 10:05
    """)
    assert found[0].target == timedelta(minutes=5)
    assert found[0].coverage == "business_hours"
    play("""
        Thu 19:30  opened urgent in chat | first reply due Thu 19:45
    """)
    play("""
        Thu 19:30  opened low in chat    | first reply due Fri 08:05
    """)


def test_k15_none_in_the_chat_is_no_promise_and_no_veto() -> None:
    play("""
        Thu 10:00  opened normal in chat |
        Thu 10:02  agent replies         | update due Fri 10:02
        Thu 10:03  customer writes       | next reply due Thu 10:08
    """)


def test_k15_when_the_conversation_ends_the_impact_alone_holds_and_when_it_begins_both() -> None:
    play("""
        Thu 10:00  opened normal in chat | first reply due Thu 10:05
        Thu 10:04  chat ends             | first reply due Thu 14:00
        Thu 10:05  chat begins           | first reply due Thu 10:05
        Thu 10:05  chat ends             | first reply due Thu 14:00
        Thu 11:00  chat begins  | first reply breached Thu 11:00 (late because reclassified)
        Thu 11:10  chat ends             | first reply due Thu 14:00
    """)


def test_k10_only_running_clocks_of_the_merged_ticket_are_cancelled_its_breaches_stay() -> None:
    play("""
        Thu 10:00  opened normal       |
        Thu 11:00  agent replies       |
        Thu 12:00  customer writes     |
        Thu 13:00  merged away  | first reply met, 1 h of 4 h; next reply cancelled (merged)
        Thu 14:00  customer writes     | next reply cancelled (merged)
        Thu 14:30  agent replies       | update cancelled (merged)
    """)
    play("""
        Thu 10:00  opened normal       |
        Thu 15:00  merged away         | first reply breached Thu 14:00, 1 h late (merged)
    """)


def test_k10_the_survivor_takes_the_oldest_message_and_the_higher_impact() -> None:
    play("""
        Thu 10:00  opened normal       |
        Thu 10:30  merged in low since Thu 09:00   | first reply due Thu 13:00
        Thu 10:40  merged in low since Thu 10:20   | first reply due Thu 13:00
        Thu 10:45  merged in high                  | first reply breached Thu 10:45 (merged)
    """)
    play("""
        Thu 10:00  opened normal       |
        Thu 10:10  agent replies       | no next reply
        Thu 10:30  merged in low since Thu 09:00  | next reply due Thu 17:00
    """)


def test_k10_late_by_merging_it_is_breached_at_the_merge() -> None:
    play("""
        Thu 15:00  opened normal       |
        Thu 15:30  merged in low since Thu 10:00  | first reply breached Thu 15:30 (merged)
    """)


def test_k10_unmerging_restores_both() -> None:
    play("""
        Thu 15:00  opened normal       |
        Thu 15:30  merged in low since Thu 10:00  | first reply breached Thu 15:30 (merged)
        Thu 15:40  unmerged            | first reply due Thu 19:00
    """)
    play("""
        Thu 10:00  opened normal       |
        Thu 10:30  merged away         | first reply cancelled (merged)
        Thu 10:40  unmerged            | first reply due Thu 14:00
    """)
