"""The editor of layers: nobody's present turn changes by it, and holes are filled first (S1, S7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from deskbell.lib.clock import moved_to
from deskbell.oncall import schedules
from deskbell.oncall.models import EscalationPolicy, EscalationStep, Override, Schedule
from deskbell.oncall.rotas.draft import Draft, DraftLayer
from deskbell.oncall.tests.conftest import names
from deskbell.people.models import Agent
from tests.town import Town, at

pytestmark = pytest.mark.django_db
NOON = "2026-11-24 12:00"


@pytest.fixture
def primary(town: Town, rota: Callable[..., None]) -> Schedule:
    """Ana has this week from Monday 09:00, Ben the next."""
    rota(town.ana, town.ben)
    return schedules.ensure_default_schedule()


@pytest.fixture
def max_(town: Town, client: Client) -> Client:
    client.force_login(town.max.person)
    return client


def sent(*layers: dict[str, Any], **more: str) -> dict[str, Any]:
    form: dict[str, Any] = {
        "name": "Primary",
        "zone": "America/New_York",
        "layers": len(layers),
        "do": "save",
        **more,
    }
    for at_, layer in enumerate(layers):
        usual = {"handoff": "2026-11-23T09:00", "every": "1", "unit": "weeks", "was": "1"}
        form |= {f"layer-{at_}-{name}": value for name, value in (usual | layer).items()}
    return form


def people(*agents: Agent | None) -> dict[str, list[str]]:
    return {"person": [str(agent.pk) if agent else "" for agent in agents]}


def save(client: Client, primary: Schedule, form: dict[str, Any]) -> Any:
    with moved_to(at(NOON)):
        return client.post(f"/oncall/schedules/{primary.pk}/layers", form)


def on_call(primary: Schedule, *when: str) -> list[str]:
    with moved_to(at(NOON)):
        return [names(schedules.on_call(primary, at(each)))[0] for each in when]


WEEKS = ("2026-11-24 12:00", "2026-12-01 12:00", "2026-12-08 12:00", "2026-12-15 12:00")


@pytest.mark.parametrize(
    ("order", "weeks"),
    [
        (["ana", "ben", "eve"], ["Ana", "Ben", "Eve", "Ana"]),
        (["eve", "ana", "ben"], ["Ana", "Ben", "Eve", "Ana"]),  # the order is a circle
        (["ben", "eve", "ana"], ["Ana", "Ben", "Eve", "Ana"]),
        (["ana"], ["Ana", "Ana", "Ana", "Ana"]),
        (["ben", "eve"], ["Ana", "Eve", "Ben", "Eve"]),  # Ana was removed, and ends her turn
    ],
)
def test_adding_or_removing_someone_never_changes_who_is_on_call_now_s7(
    town: Town, max_: Client, primary: Schedule, order: list[str], weeks: list[str]
) -> None:
    answer = save(max_, primary, sent(people(*(getattr(town, name) for name in order))))
    assert answer.status_code == 302
    assert on_call(primary, *WEEKS) == weeks
    assert on_call(primary, "2026-11-30 08:59", "2026-11-30 09:00") == [weeks[0], weeks[1]]
    assert Override.objects.count() == (0 if "ana" in order else 1)


def test_someone_alone_who_is_removed_stays_until_the_new_turn_ends_s7(
    town: Town, max_: Client, primary: Schedule
) -> None:
    save(max_, primary, sent(people(town.ana)))
    save(max_, primary, sent(people(town.ben, town.eve)))
    assert on_call(primary, *WEEKS) == ["Ana", "Eve", "Ben", "Eve"]
    assert Override.objects.get().ends_at == at("2026-11-30 09:00")


def test_a_removed_person_leaves_a_hole_that_is_filled_before_saving_s7(
    town: Town, max_: Client, primary: Schedule
) -> None:
    form = sent(people(town.ana, town.ben), do="person-remove:0:1")
    page = save(max_, primary, form).text
    assert "nobody: fill this place" in page and 'class="hole"' in page
    answer = save(max_, primary, sent(people(town.ana, None)))
    assert answer.status_code == 422 and "Place 2 of layer 1 has nobody" in answer.text
    assert save(max_, primary, sent(people(town.ana, town.eve))).status_code == 302
    assert on_call(primary, *WEEKS) == ["Ana", "Eve", "Ana", "Eve"]


def test_layers_with_hours_and_bounds_are_saved_s1_s3_s4(
    town: Town, max_: Client, primary: Schedule
) -> None:
    nights = {
        **people(town.eve),
        "was": "",
        "hours": "1",
        "hours-0-day": ["tue"],
        "hours-0-from": "22:00",
        "hours-0-to": "06:00",
        "starts": "2026-11-25T00:00",
        "name": "Nights",
    }
    assert save(max_, primary, sent(people(town.ana, town.ben), nights)).status_code == 302
    assert on_call(primary, "2026-11-24 23:00", "2026-11-25 05:00", "2026-12-01 23:00") == [
        "Ana",
        "Eve",
        "Eve",
    ]
    assert "Nights" in max_.get(f"/oncall/schedules/{primary.pk}").text


@pytest.mark.parametrize(
    ("layer", "more", "sentence"),
    [
        ({"every": "0"}, {}, "write 1 or more"),
        ({"every": "many"}, {}, "write 1 or more"),
        ({"unit": "fortnights"}, {}, "no unit"),
        ({"handoff": ""}, {}, "which day and at what time"),
        ({"starts": "soon"}, {}, "write a time like"),
        ({"hours": "1", "hours-0-from": "09:00", "hours-0-to": "10:00"}, {}, "Choose the days"),
        (
            {"hours": "1", "hours-0-day": ["mon"], "hours-0-from": "9", "hours-0-to": "9"},
            {},
            "HH:MM",
        ),
        ({"person": ["999999"]}, {}, "people of the team"),
        ({"person": ["ana"]}, {}, "people of the team"),
        ({}, {"zone": "US/Eastern"}, "write America/New_York"),
        ({}, {"name": ""}, "name"),
        ({}, {"layers": "0"}, "needs a layer"),
    ],
)
def test_what_cannot_be_saved_is_refused_with_what_to_change(
    town: Town,
    max_: Client,
    primary: Schedule,
    layer: dict[str, Any],
    more: dict[str, str],
    sentence: str,
) -> None:
    answer = save(max_, primary, sent(people(town.ana) | layer, **more))
    assert answer.status_code == 422 and sentence in answer.text
    assert on_call(primary, "2026-12-01 12:00") == ["Ben"]


def test_the_buttons_of_the_form_change_the_draft_alone() -> None:
    draft = Draft("Primary", "UTC", (DraftLayer(people=("1", "2"), handoff="2026-01-01T09:00"),))

    def after(*actions: str) -> list[tuple[str, ...]]:
        found = draft
        for action in actions:
            found = found.acted(action, {"1"})
        return [layer.people for layer in found.layers]

    assert after("person-up:0:1") == [("2", "1")]
    assert after("person-add:0") == [("1", "2", "")]
    assert after("person-remove:0:0") == [("", "2")]  # who was saved leaves a hole
    assert after("person-remove:0:0", "person-remove:0:0") == [("2",)]
    assert after("person-remove:0:1") == [("1",)]
    assert after("layer-add", "layer-up:0") == [("",), ("1", "2")]
    assert after("layer-remove:0") == []
    for nonsense in (
        "layer-up:7",
        "person-up:0:9",
        "person-up:0:x",
        "x",
        "person-up",
        "hours-remove:0:4",
    ):
        assert after(nonsense) == [("1", "2")]


def test_a_second_schedule_is_added_and_removed_but_never_the_last(
    town: Town, max_: Client, primary: Schedule
) -> None:
    max_.post("/oncall/schedules", {"name": "Secondary"})
    second = Schedule.objects.get(name="Secondary")
    assert "Secondary" in max_.get("/oncall").text
    assert "already is" in max_.post("/oncall/schedules", {"name": "Secondary"}).text
    with moved_to(at(NOON)):
        assert schedules.on_call(second, at(NOON)) == []
    policy = EscalationPolicy.objects.create(name="Usual")
    step = EscalationStep.objects.create(policy=policy, place=1)
    step.schedules.add(second)
    assert "escalation policy" in max_.post(f"/oncall/schedules/{second.pk}/removal").text
    step.delete()
    assert max_.post(f"/oncall/schedules/{second.pk}/removal").status_code == 302
    assert "needs one schedule" in max_.post(f"/oncall/schedules/{primary.pk}/removal").text
