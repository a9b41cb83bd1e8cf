"""Temporary schedules: above the layers and the overrides for a span, taken back, the past stays (S1, S7)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.oncall import overriding, schedules, temporaries
from deskbell.oncall.models import Schedule, Temporary
from deskbell.oncall.overriding import Wish, override
from deskbell.oncall.tests.conftest import names
from deskbell.people.models import Agent, Notice
from tests.town import Town, at

pytestmark = pytest.mark.django_db
NOON, EVENING, MIDNIGHT = "2026-11-24 12:00", "2026-11-24 18:00", "2026-11-25 00:00"


@pytest.fixture
def primary(town: Town, rota: Callable[..., None]) -> Schedule:
    """Ana has this week from Monday 09:00, Ben the next."""
    rota(town.ana, town.ben)
    return schedules.ensure_default_schedule()


def plan(primary: Schedule, *people: Agent, by: Agent) -> Temporary:
    return temporaries.plan(primary, people, at(EVENING), at(MIDNIGHT), by=by)


def on_call(primary: Schedule, when: str) -> list[str]:
    return names(schedules.on_call(primary, at(when)))


def test_it_stands_above_layers_and_overrides_to_its_end_s1(town: Town, primary: Schedule) -> None:
    with moved_to(at(NOON)):
        made = plan(primary, town.eve, town.max, by=town.max)
        override(primary, Wish("add", at(NOON), at(MIDNIGHT), town.ben), made_by=town.max)
        assert on_call(primary, "2026-11-24 17:59") == ["Ana", "Ben"]
        assert on_call(primary, EVENING) == ["Eve", "Max"]
        assert on_call(primary, MIDNIGHT) == ["Ana"]
        assert Notice.objects.filter(recipient=town.eve, text__startswith="Only Eve").exists()
        temporaries.undo(made, by=town.max)
        assert on_call(primary, EVENING) == ["Ana", "Ben"]
        with pytest.raises(Refused, match="taken back already"):
            temporaries.undo(made, by=town.max)


def test_taking_it_back_in_the_middle_leaves_what_was_s7(town: Town, primary: Schedule) -> None:
    with moved_to(at(NOON)):
        made = plan(primary, town.eve, by=town.max)
    with moved_to(at("2026-11-24 21:00")):
        temporaries.undo(made, by=town.max)
    with moved_to(at("2026-11-25 09:00")):
        assert on_call(primary, "2026-11-24 20:59") == ["Eve"]
        assert on_call(primary, "2026-11-24 21:00") == ["Ana"]


def test_an_override_below_it_is_told_that_it_changes_nothing_s5(
    town: Town, primary: Schedule
) -> None:
    with moved_to(at(NOON)):
        plan(primary, town.eve, by=town.max)
        wish = Wish("replace", at(NOON), at(MIDNIGHT), None, town.ben)
        assert "A temporary schedule stands above it" in " ".join(
            overriding.conflicts(primary, wish)
        )


def test_a_manager_plans_it_sees_it_drawn_and_takes_it_back(
    town: Town, client: Client, primary: Schedule
) -> None:
    client.force_login(town.max.person)
    sent = {"people": [str(town.eve.pk), str(town.ben.pk)], "reason": "Winter concert"}
    sent |= {"from": "2026-11-24T18:00", "to": "2026-11-25T00:00"}
    with moved_to(at(NOON)):
        page = client.post(f"/oncall/schedules/{primary.pk}/temporary", sent, follow=True).text
        assert "<strong>Only Ben Baker and Eve Engström are on call</strong>" in page
        assert "Winter concert" in page and "Temporary: Only Ben Baker" in page
        made = Temporary.objects.get()
        page = client.post(f"/oncall/temporary/{made.pk}/undo", follow=True).text
        assert "Taken back: Only Ben Baker" in page and "Winter concert" not in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"people": []}, "Choose who is on call"),
        ({"people": ["999999"]}, "somebody of the team"),
        ({"to": ""}, "from when and until when"),
        ({"to": "2026-11-24T17:00"}, "must end after it starts"),
        ({"to": "2027-11-24T17:00"}, "three months at most"),
        ({"from": "2026-11-20T09:00", "to": "2026-11-21T09:00"}, "That time is over"),
    ],
)
def test_what_cannot_be_planned_is_refused_with_what_to_change(
    town: Town, client: Client, primary: Schedule, change: dict[str, object], sentence: str
) -> None:
    client.force_login(town.max.person)
    sent = {"people": [str(town.eve.pk)], "from": "2026-11-24T18:00", "to": "2026-11-25T00:00"}
    with moved_to(at(NOON)):
        answer = client.post(f"/oncall/schedules/{primary.pk}/temporary", sent | change)
    assert answer.status_code == 422 and sentence in answer.text
