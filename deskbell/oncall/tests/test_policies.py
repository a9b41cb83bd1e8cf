"""Step after step of an escalation policy, and what becomes of a step without people (E1, G3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from deskbell.lib.clock import moved_to
from deskbell.oncall import escalating
from deskbell.oncall.answering import answering_of, ensure_default_policy
from deskbell.oncall.models import Call, EscalationPolicy, Method, Page, Schedule, Uncovered
from deskbell.oncall.tests.http_provider import HttpSender
from deskbell.oncall.ways.remote import REMOTE
from deskbell.people.models import Agent, Team
from deskbell.tickets.models import Ticket
from tests.town import Town, at

pytestmark = pytest.mark.django_db
Opens = Callable[..., Ticket]
START = at("2026-11-24 03:00")


def rung_after(minutes: float) -> None:
    with moved_to(START + timedelta(minutes=minutes)):
        escalating.step()


def paged(round_: int) -> list[str]:
    mails = Page.objects.filter(way="mail", step=round_).order_by("id")
    return [page.agent.person.name.split()[0] for page in mails]


def policy(*steps: tuple[int, Sequence[Any]], repeats: int = 0) -> EscalationPolicy:
    """Let Urgent be answered by these steps: minutes, and agents, teams or schedules."""
    made = EscalationPolicy.objects.create(name="Nights", repeats=repeats)
    for place, (waits, named) in enumerate(steps, start=1):
        step = made.steps.create(place=place, waits=waits)
        step.agents.set([each for each in named if isinstance(each, Agent)])
        step.teams.set([each for each in named if isinstance(each, Team)])
        step.schedules.set([each for each in named if isinstance(each, Schedule)])
    answering = answering_of("urgent")
    answering.policy = made
    answering.save()
    return made


def test_steps_follow_each_other_then_the_repeats_then_the_managers_e1(
    town: Town, alarm: Opens
) -> None:
    policy((2, [town.ana]), (7, [town.ben]), repeats=1)
    alarm()
    for minutes in (2, 9, 11, 18, 25):
        rung_after(minutes)
    assert [paged(round_) for round_ in range(1, 7)] == [
        ["Ana"],
        ["Ben"],
        ["Ana"],
        ["Ben"],
        ["Ben", "Max"],
        ["Ben", "Max"],
    ]


def test_a_step_waits_its_own_minutes_for_an_acknowledgement_e1(town: Town, alarm: Opens) -> None:
    policy((2, [town.ana]), (7, [town.ben]))
    alarm()
    rung_after(1.9)
    assert paged(2) == []
    rung_after(2)
    assert Call.objects.get().next_at == START + timedelta(minutes=9)


def test_a_step_tells_people_teams_and_schedules_each_person_once_e1(
    town: Town, rota: Callable[..., None], alarm: Opens
) -> None:
    rota(town.eve)
    engineers = Team.objects.get(purpose=Team.Purpose.ENGINEERING)
    policy((5, [Schedule.objects.get(), engineers, town.eve, town.ben]))
    alarm()
    assert paged(1) == ["Eve", "Ben"]


def test_the_policy_is_taken_as_it_stood_when_the_alert_opened_e1(town: Town, alarm: Opens) -> None:
    made = policy((5, [town.ana]), (5, [town.ben]))
    alarm()
    made.steps.get(place=2).agents.set([town.eve])
    rung_after(5)
    assert paged(2) == ["Ben"]


def test_a_new_desk_calls_by_its_standard_policy(town: Town) -> None:
    made = ensure_default_policy()
    assert made.document() == {
        "name": "Standard",
        "repeats": 0,
        "steps": [
            {"waits": 5, "agents": [], "teams": [], "schedules": [Schedule.objects.get().pk]}
        ],
    }
    assert ensure_default_policy() == made


def leave(*agents: Agent) -> None:
    for agent in agents:
        agent.person.is_active = False
        agent.person.save()


def test_a_step_with_nobody_goes_to_the_next_at_once_g3(town: Town, alarm: Opens) -> None:
    policy((5, [town.ana]), (5, [town.ben]))
    leave(town.ana)
    alarm()
    assert paged(1) == ["Ben"]


def test_a_gap_is_one_ticket_and_not_one_for_each_alert_g3(
    town: Town, rota: Callable[..., None], alarm: Opens
) -> None:
    rota(town.ana)
    leave(town.ana)
    for key in ("one", "two", "three"):
        alarm("2026-11-24 03:00", key)
    gap = Ticket.objects.get(subject__startswith="Coverage gap")
    assert gap.subject == "Coverage gap: nobody to page for the schedule Primary"
    assert town.max.notices.filter(urgent=True, text__startswith="Coverage gap").count() == 1
    assert not Call.objects.filter(ticket=gap).exists()


def test_a_gap_after_someone_was_there_is_another_ticket_g3(
    town: Town, rota: Callable[..., None], alarm: Opens
) -> None:
    rota(town.ana)
    for key, there in (("one", False), ("two", True), ("three", False)):
        town.ana.person.is_active = there
        town.ana.person.save()
        alarm("2026-11-24 03:00", key)
    assert Ticket.objects.filter(subject__startswith="Coverage gap").count() == 2


def test_a_gap_ends_where_the_rota_has_someone_else_g3(
    town: Town, rota: Callable[..., None], alarm: Opens
) -> None:
    rota(town.ana, town.ben)
    leave(town.ana, town.ben)
    alarm("2026-11-24 03:00", "one")
    assert Uncovered.objects.get().ends_at == at("2026-11-30 09:00")
    alarm("2026-11-30 09:00", "two")
    assert Ticket.objects.filter(subject__startswith="Coverage gap").count() == 2


def test_the_personal_ladder_gives_each_method_its_minutes(
    town: Town, alarm: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    for way in ("push", "voice"):
        monkeypatch.setitem(REMOTE, way, HttpSender())
    monkeypatch.delitem(REMOTE, "teams", raising=False)
    policy((5, [town.ana]))
    methods = [
        Method.objects.create(agent=town.ana, way=way, after=after, verified_at=START)
        for way, after in (("push", 0), ("mail", 2), ("voice", 5))
    ]
    Method.objects.create(agent=town.ana, way="sms")  # not verified
    Method.objects.create(
        agent=town.ana, way="teams", verified_at=START
    )  # the desk has no such way
    alarm()
    found = Page.objects.order_by("due_at").values_list("method", "due_at", "state")
    assert list(found) == [
        (method.pk, START + timedelta(minutes=minutes), "queued")
        for method, minutes in zip(methods, (0, 2, 5), strict=True)
    ]


def test_only_the_first_page_of_an_urgent_alert_overtakes_e5(town: Town, alarm: Opens) -> None:
    policy((5, [town.ana]))
    alarm()
    rung_after(5)
    first = Page.objects.filter(is_first=True).values_list("step", flat=True)
    assert set(first) == {1}
    assert Page.objects.filter(step=2).exists()
