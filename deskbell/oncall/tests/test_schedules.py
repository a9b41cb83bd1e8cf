"""The desk's rota, and its screen (S1, S7, S8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from deskbell.lib.clock import moved_to
from deskbell.oncall import drawing, schedules
from deskbell.oncall.tests.conftest import names
from deskbell.people.models import Agent
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


def form(people: list[Agent], **changes: Any) -> dict[str, Any]:
    places = {f"place-{agent.pk}": str(place) for place, agent in enumerate(people, start=1)}
    common = {"weekday": "4", "at": "17:30", "zone": "America/Chicago", "now": str(people[0].pk)}
    return {**places, **common, **changes}


def test_a_manager_saves_the_rota(town: Town, client: Client) -> None:
    client.force_login(town.max.person)
    with moved_to(at(MONDAY_NOON)):
        client.post("/oncall", form([town.ben, town.ana]))
        page = client.get("/oncall").text
    assert on_call("2026-11-27 18:29") == ["Ben"]  # Friday 17:30 Central is 18:30 Eastern
    assert on_call("2026-11-27 18:30") == ["Ana"]
    assert "<strong>Ben Baker</strong> is on call until Fri, Nov 27, 5:30 pm Central" in page
    assert "Then Ana Alvarez" in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"at": "noon"}, "write it like 09:00"),
        ({"zone": "Mars/Olympus"}, "no time zone"),
        ({"weekday": "9"}, "weekday"),
    ],
)
def test_what_can_not_be_saved_is_refused_with_what_to_change(
    town: Town, client: Client, change: dict[str, str], sentence: str
) -> None:
    client.force_login(town.ada.person)
    answer = client.post("/oncall", form([town.ben], **change))
    assert sentence in answer.text
    assert on_call(MONDAY_NOON) == ["Ada"]


def test_a_rota_without_people_is_refused(town: Town, client: Client) -> None:
    client.force_login(town.ada.person)
    answer = client.post("/oncall", {"weekday": "0", "at": "09:00", "zone": "America/New_York"})
    assert "at least one person" in answer.text


def test_agents_see_the_rota_and_cannot_change_it(
    town: Town, client: Client, rota: Callable[..., None]
) -> None:
    rota(town.ana)
    client.force_login(town.ben.person)
    with moved_to(at(MONDAY_NOON)):
        assert "Save the rota" not in client.get("/oncall").text
        assert "Only managers" in client.post("/oncall", form([town.ben])).text
    assert on_call(MONDAY_NOON) == ["Ana"]


def test_the_strip_covers_each_week_of_four_also_over_a_change_of_the_clock(
    town: Town, client: Client, rota: Callable[..., None]
) -> None:
    rota(town.ana, town.ben)
    with moved_to(at("2027-03-03 12:00")):
        weeks = drawing.picture(schedules.ensure_default_schedule())["weeks"]
    assert [f"{week.starts:%m-%d %H:%M}" for week in weeks] == [
        "03-01 00:00",
        "03-08 00:00",
        "03-15 00:00",
        "03-22 00:00",
    ]
    for week in weeks:
        assert sum(bar.width for bar in week.bars) == pytest.approx(1000, abs=0.1)
    assert weeks[0].now == pytest.approx(60 / 168 * 1000, abs=0.1)
