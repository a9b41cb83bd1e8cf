"""The desk's rota, and its screen (S1, S7, S8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from deskbell.lib.clock import moved_to
from deskbell.oncall import schedules
from deskbell.oncall.overriding import Wish, override
from deskbell.oncall.rotas import calendar
from deskbell.oncall.tests.conftest import names
from tests.town import Town, at

pytestmark = pytest.mark.django_db
MONDAY_NOON = "2026-11-23 12:00"


def on_call(when: str) -> list[str]:
    return names(schedules.on_call(schedules.ensure_default_schedule(), at(when)))


def test_a_new_desk_has_its_first_administrator_on_call(town: Town) -> None:
    assert on_call(MONDAY_NOON) == ["Ada"]


def test_people_take_turns_week_by_week_s1(town: Town, rota: Callable[..., None]) -> None:
    rota(town.ana, town.ben, town.eve)
    weeks = [at(MONDAY_NOON) + timedelta(weeks=week) for week in range(4)]
    assert [
        names(schedules.on_call(schedules.ensure_default_schedule(), week))[0] for week in weeks
    ] == ["Ana", "Ben", "Eve", "Ana"]
    assert on_call("2026-11-30 08:59") == ["Ana"]
    assert on_call("2026-11-30 09:00") == ["Ben"]


def test_adding_someone_does_not_change_who_is_on_call_now_s7(
    town: Town, rota: Callable[..., None]
) -> None:
    rota(town.ana, town.ben)
    rota(town.eve, town.ana, town.ben, now=town.ana)
    assert on_call(MONDAY_NOON) == ["Ana"]
    assert on_call("2026-11-30 09:00") == ["Ben"]
    assert on_call("2026-12-07 09:00") == ["Eve"]


def test_a_new_desk_shows_who_is_on_call_and_who_follows_s8(
    town: Town, client: Client, rota: Callable[..., None]
) -> None:
    rota(town.ben, town.ana)
    client.force_login(town.eve.person)
    with moved_to(at(MONDAY_NOON)):
        page = client.get("/oncall").text
    assert "<strong>Ben Baker</strong> is on call until Mon, Nov 30, 9:00 am Eastern" in page
    assert "Then Ana Alvarez" in page
    assert "Edit layers" not in page  # for managers


@pytest.mark.parametrize(
    "query", ["", "?view=week&day=2027-03-14", "?view=never&day=someday&made=x"]
)
def test_the_calendar_draws_whole_weeks_also_over_a_change_of_the_clock(
    town: Town, client: Client, rota: Callable[..., None], query: str
) -> None:
    rota(town.ana, town.ben)
    found = schedules.ensure_default_schedule()
    with moved_to(at("2027-03-10 12:00")):
        drawn = calendar.picture(found, "month", date(2027, 3, 10))["weeks"]
        client.force_login(town.ana.person)
        assert client.get(f"/oncall/schedules/{found.pk}{query}").status_code == 200
    assert [f"{week.days[0].day}" for week in drawn] == [
        "2027-03-01",
        "2027-03-08",
        "2027-03-15",
        "2027-03-22",
        "2027-03-29",
    ]
    hours = [(week.end - week.start).total_seconds() / 3600 for week in drawn]
    assert hours == [168, 167, 168, 168, 168]
    for week in drawn:
        (final,) = [row for row in week.rows if row.kind == "final"]
        assert sum(bar.width for bar in final.bars) == pytest.approx(100, abs=0.1)


def test_the_calendar_asks_the_same_number_of_questions_however_many_turns(
    town: Town,
    rota: Callable[..., None],
    django_assert_num_queries: Callable[..., Any],
) -> None:
    rota(town.ana, town.ben, town.eve)
    found = schedules.ensure_default_schedule()
    with moved_to(at(MONDAY_NOON)):
        for each in range(3):
            wish = Wish(
                "replace",
                at(f"2026-12-0{each + 1} 09:00"),
                at("2026-12-05 09:00"),
                town.ana,
                town.eve,
            )
            override(found, wish, made_by=town.ada)
        with django_assert_num_queries(14):
            calendar.picture(found, "month", date(2026, 12, 1))
