"""Honest about the time: what the bubble says by the policy in force (P3, P5)."""

from __future__ import annotations

from typing import Any

import pytest

from deskbell.lib.clock import moved_to
from deskbell.messenger.hours import Hours, hours
from deskbell.sla.models import PolicyVersion
from deskbell.sla.policies import current_version
from tests.town import EASTERN, Town, at


def hours_at(when: str) -> Hours:
    with moved_to(at(when)):
        found = hours()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("when", "there", "opens", "answer_by", "closed_for"),
    [
        ("2026-11-19 09:00", True, "-", "Thu 09:05", ""),
        ("2026-11-19 18:58", True, "-", "Fri 08:03", ""),  # two minutes today, three tomorrow
        ("2026-11-19 19:00", False, "Fri 08:00", "Fri 08:05", ""),  # closing time is closed
        ("2026-11-20 22:00", False, "Mon 08:00", "Mon 08:05", ""),
        ("2026-11-26 10:00", False, "Fri 08:00", "Fri 08:05", "Thanksgiving Day"),
    ],
)
def test_the_bubble_says_who_is_there_and_what_is_promised(
    town: Town, when: str, there: bool, opens: str, answer_by: str, closed_for: str
) -> None:
    found = hours_at(when)
    opening = f"{found.opens_at.astimezone(EASTERN):%a %H:%M}" if found.opens_at else "-"
    assert found.answer_by is not None
    promised = f"{found.answer_by.astimezone(EASTERN):%a %H:%M}"
    assert (found.there, opening, promised, found.closed_for) == (
        there,
        opens,
        answer_by,
        closed_for,
    )
    assert found.minutes == 5


def _second_version(document: dict[str, Any]) -> None:
    first = current_version()
    PolicyVersion.objects.create(
        policy=first.policy, number=2, document=document, zones=first.zones, reason="Other chats"
    )


def test_it_says_until_when_the_team_is_there(town: Town) -> None:
    assert hours_at("2026-11-19 09:00").closes_at == at("2026-11-19 19:00")


def test_a_policy_that_promises_chats_nothing_claims_nothing(town: Town) -> None:
    document = {**current_version().document, "chat": {}}
    _second_version(document)
    assert hours() is None


def test_a_team_that_is_always_there_closes_never(town: Town) -> None:
    document = {**current_version().document}
    document["chat"] = {"first_reply": {"target": 300, "coverage": "always"}}
    _second_version(document)
    found = hours_at("2026-11-21 03:00")
    assert (found.there, found.closes_at, found.opens_at) == (True, None, None)


def test_what_is_usual_is_said_while_the_team_is_there_and_only_if_it_is_known(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hours_at("2026-11-19 09:00").usual is None
    monkeypatch.setattr("deskbell.messenger.hours.usual_minutes", lambda: 3)
    assert hours_at("2026-11-19 09:00").told()["usual"] == 3
    assert hours_at("2026-11-19 20:00").usual is None
