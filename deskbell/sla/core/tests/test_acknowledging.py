"""Alerts and their episodes (K6)."""

from __future__ import annotations

from deskbell.sla.core.tests.scenario import play


def test_k6_from_receipt_to_a_persons_acknowledgement_at_any_hour() -> None:
    play("""
        Sun 03:00  opened urgent by nobody | no acknowledge; no first reply
        Sun 03:00  alert disk              | acknowledge due Sun 03:05
        Sun 03:01  alert disk              | acknowledge due Sun 03:05
        Sun 03:02  agent replies           | acknowledge due Sun 03:05
        Sun 03:04  acknowledged disk       | acknowledge met, 4 min of 5 min
    """)


def test_k6_each_episode_has_a_clock() -> None:
    found = play("""
        Sun 03:00  opened urgent by nobody |
        Sun 03:00  alert disk              |
        Sun 03:01  alert fan               |
        Sun 03:02  acknowledged disk       | acknowledge due Sun 03:06
        Sun 03:03  acknowledged            | acknowledge met, 2 min of 5 min
        Sun 04:00  alert disk              | acknowledge due Sun 04:05
    """)
    assert [(clock.about, clock.ordinal) for clock in found] == [
        ("disk", 1),
        ("fan", 2),
        ("disk", 3),
    ]


def test_k6_an_episode_over_before_it_was_due_cancels_and_after_it_stays_breached() -> None:
    play("""
        Sun 03:00  opened urgent by nobody |
        Sun 03:00  alert disk              |
        Sun 03:05  alert disk ends         | acknowledge cancelled (episode ended)
    """)
    play("""
        Sun 03:00     opened urgent by nobody |
        Sun 03:00     alert disk              |
        Sun 03:05:01  alert disk ends         | acknowledge breached Sun 03:05
        Sun 03:15:00  acknowledged disk       | acknowledge breached Sun 03:05, 10 min late
    """)
