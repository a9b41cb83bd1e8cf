"""A chat that nobody takes for two minutes rings the team, then the lead; once each, whatever restarts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deskbell.chat import giving
from deskbell.chat.models import Visit, Wait
from deskbell.chat.queue import accept
from deskbell.chat.ringing import ring
from deskbell.lib.clock import moved_to
from deskbell.people.models import Agent, Notice, Team
from deskbell.people.teams import set_lead
from tests.town import Town, at


def rung() -> list[str]:
    return [str(notice.recipient).split()[0] for notice in Notice.objects.order_by("id")]


def step_at(when: str) -> float:
    with moved_to(at(when)):
        return giving.step()


def test_two_minutes_ring_the_team_and_four_its_lead(visit: Visit, town: Town) -> None:
    team = Team.objects.get(name="Support")
    team.agents.set([town.ana, town.ben])
    set_lead(team, town.ana)
    step_at("2026-11-19 09:01:59")
    assert rung() == []
    assert step_at("2026-11-19 09:02") <= 30
    assert rung() == ["Ana", "Ben"]
    assert Notice.objects.first().text == (  # type: ignore[union-attr]
        "Nobody has taken this chat for 2 min: My screen is black"
    )
    step_at("2026-11-19 09:03:59")
    assert rung() == ["Ana", "Ben"]
    step_at("2026-11-19 09:04")
    step_at("2026-11-19 09:30")
    assert rung() == ["Ana", "Ben", "Ana"]
    assert Wait.objects.get().rung == Wait.Rung.LEAD


def test_without_a_lead_the_managers_are_rung(visit: Visit, town: Town) -> None:
    Team.objects.get(name="Support").agents.set([town.ben])
    step_at("2026-11-19 09:02")
    step_at("2026-11-19 09:04")
    assert rung() == ["Ben", "Max"]


def test_what_was_missed_while_no_worker_ran_is_rung_once(visit: Visit, town: Town) -> None:
    Team.objects.get(name="Support").agents.set([town.ben])
    step_at("2026-11-19 09:07")
    step_at("2026-11-19 09:07")
    assert rung() == ["Ben", "Max"]


def test_what_was_taken_in_time_rings_nobody(visit: Visit, town: Town) -> None:
    with moved_to(at("2026-11-19 09:01")):
        accept(visit, by=town.ana)
    step_at("2026-11-19 09:10")
    assert rung() == []
    assert ring(Wait.objects.get().pk) == 0


def test_nobody_is_rung_at_night(a_chat: Callable[..., Visit], town: Town) -> None:
    a_chat(when="2026-11-19 22:00")
    step_at("2026-11-19 22:09")
    assert rung() == []


def test_one_whose_team_is_empty_rings_everyone(visit: Visit, town: Town) -> None:
    Team.objects.get(name="Support").agents.clear()
    step_at("2026-11-19 09:02")
    assert len(rung()) == Agent.objects.count()


def test_one_that_fails_keeps_no_other_from_ringing(
    visit: Visit, a_chat: Callable[..., Visit], town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_chat("The second one")
    first = Wait.objects.get(visit=visit).pk

    def failing(pk: int) -> int:
        return 1 // 0 if pk == first else ring(pk)

    monkeypatch.setattr("deskbell.chat.ringing.ring", failing)
    assert step_at("2026-11-19 09:02") == 1.0  # it is tried again, and not at once
    assert {notice.text.partition(": ")[2] for notice in Notice.objects.all()} == {"The second one"}
