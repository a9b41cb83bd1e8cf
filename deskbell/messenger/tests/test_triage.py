"""What the bubble asks and hears of an emergency: the impact, why, by when, and a correction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from deskbell.chat.models import Visit
from deskbell.chat.triage import AROUND, STUDENTS, WORKS
from deskbell.lib.clock import moved_to
from deskbell.messenger.tests.conftest import Bubble
from deskbell.oncall.models import Call
from deskbell.realtime.models import LiveEvent
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket
from deskbell.tickets.triage import set_impact
from tests.town import Town, at

WORST = {"works": "no", "students": "school", "around": "no"}


@pytest.fixture
def at_night(new_bubble: Callable[[], Bubble]) -> Bubble:
    with moved_to(at("2026-11-19 23:00")):
        tab = new_bubble().begin()
        tab.say("Nothing works")
    return tab


def told(tab: Bubble) -> dict[str, Any]:
    with moved_to(at("2026-11-19 23:02")):
        found: dict[str, Any] = tab.get("conversation")[1]["triage"]
    return found


def test_an_urgent_one_pages_at_night_and_the_visitor_reads_by_when_e10(at_night: Bubble) -> None:
    with moved_to(at("2026-11-19 23:01")):
        status, answer = at_night.post("triage", WORST)
    assert status == 200
    assert answer["triage"] == {
        **WORST,
        "impact": "urgent",
        "team": False,
        "by": at("2026-11-19 23:15").isoformat(),
    }
    assert Call.objects.get().ticket == Ticket.objects.get()


def test_by_day_the_team_is_there_and_nobody_is_paged_e10(new_bubble: Callable[[], Bubble]) -> None:
    with moved_to(at("2026-11-19 11:00")):
        tab = new_bubble().begin()
        tab.say("Nothing works")
        assert tab.post("triage", WORST)[0] == 200
    assert not Call.objects.exists()


def test_who_has_not_answered_is_told_nothing_of_it(at_night: Bubble, town: Town) -> None:
    set_impact(Ticket.objects.get(), "low", by=town.ana)
    assert told(at_night) is None
    assert not LiveEvent.objects.filter(name="triage").exists()


def test_a_correction_of_the_team_is_seen_at_once(at_night: Bubble, town: Town) -> None:
    with moved_to(at("2026-11-19 23:01")):
        at_night.post("triage", WORST)
        set_impact(Ticket.objects.get(), "high", by=town.ana, reason="One building")
    assert (told(at_night)["impact"], told(at_night)["team"]) == ("high", True)
    event = LiveEvent.objects.filter(name="triage").latest("id")
    assert event.topic == f"visit:{Visit.objects.get().pk}"
    assert '"team": true' in event.data and "One building" not in event.data
    with moved_to(at("2026-11-19 23:03")):
        assert at_night.post("triage", WORST)[0] == 422


def test_wrong_answers_are_refused_with_a_sentence(at_night: Bubble) -> None:
    with moved_to(at("2026-11-19 23:01")):
        status, answer = at_night.post("triage", {**WORST, "students": 7})
        assert status == 422 and "students" in answer["error"]
        assert at_night.post("triage", {})[0] == 422


def test_the_questions_are_complete_in_both_languages_and_offer_what_is_understood(
    new_bubble: Callable[[], Bubble],
) -> None:
    english, spanish, other = (
        new_bubble().get(f"questions?lang={language}")[1] for language in ("en", "es", "xx")
    )
    assert other == english != spanish

    def shape(told: Any) -> Any:
        if isinstance(told, dict):
            return {key: shape(value) for key, value in told.items()}
        return [shape(each) for each in told] if isinstance(told, list) else type(told)

    assert shape(english) == shape(spanish)
    offered = {each["name"]: set(each["options"]) for each in english["questions"]}
    assert offered == {"works": set(WORKS), "students": set(STUDENTS), "around": set(AROUND)}
    assert set(english["said"]) == set(english["corrected"]) == set(Impact.values)
