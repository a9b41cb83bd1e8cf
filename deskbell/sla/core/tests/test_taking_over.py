"""Technical escalation to another tier or a vendor (K16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from deskbell.sla.core import Promise
from deskbell.sla.core.tests.scenario import STANDARD, play

_TIER = {
    "urgent": Promise(timedelta(minutes=10), "always"),
    "normal": Promise(timedelta(hours=2), "business_hours"),
}
TIERS = replace(STANDARD, escalation={"engineering": _TIER, "vendor": _TIER})


def test_k16_from_the_escalation_until_someone_there_takes_it() -> None:
    play(
        """
        Thu 10:00  opened normal             | no take over
        Thu 18:00  escalated to engineering  | take over due Fri 09:00
        Thu 18:10  agent replies             | take over due Fri 09:00
        Thu 18:30  taken                     | take over met, 30 min of 2 h
    """,
        TIERS,
    )


def test_k16_another_tier_that_takes_it_does_not_stop_the_one_that_was_asked() -> None:
    play(
        """
        Thu 10:00  opened normal             |
        Thu 11:00  escalated to vendor       | take over due Thu 13:00
        Thu 11:30  taken by engineering      | take over due Thu 13:00
        Thu 12:00  taken by vendor           | take over met, 1 h of 2 h
    """,
        TIERS,
    )


def test_k16_what_is_handed_back_before_anyone_took_it_is_waited_for_no_longer() -> None:
    play(
        """
        Thu 10:00  opened normal             |
        Thu 11:00  escalated to engineering  | take over due Thu 13:00
        Thu 11:30  handed back               | take over cancelled (handed back)
        Thu 12:00  escalated to engineering  | take over due Thu 14:00
        Thu 14:30  handed back               | take over breached Thu 14:00, 30 min late (handed back)
    """,
        TIERS,
    )


def test_k16_the_time_depends_on_tier_and_impact() -> None:
    found = play(
        """
        Thu 10:00  opened normal             |
        Thu 11:00  escalated to engineering  | take over due Thu 13:00
        Thu 11:02  escalated to engineering  | take over due Thu 13:00
        Thu 11:05  impact urgent             | take over due Thu 11:10
        Thu 11:06  escalated to vendor       | take over due Thu 11:16
        Thu 11:07  solved                    | take over cancelled
    """,
        TIERS,
    )
    asked = [(clock.about, clock.outcome) for clock in found if clock.metric == "take_over"]
    assert asked == [("engineering", "cancelled"), ("vendor", "cancelled")]
    play(
        """
        Thu 10:00  opened normal             |
        Thu 11:00  escalated to billing      | no take over
    """,
        TIERS,
    )
