"""Known trouble first: what is broken stands in the bubble before anything is typed, for whom it concerns."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from deskbell.chat.models import Visit
from deskbell.incidents import editing
from deskbell.incidents.declaring import declare
from deskbell.incidents.models import Incident, Severity
from deskbell.incidents.updating import Draft, publish
from deskbell.lib import clock
from deskbell.messenger.tests.conftest import Bubble
from deskbell.messenger.trouble import known_trouble
from deskbell.people.models import Agent, District
from deskbell.realtime import topics
from deskbell.realtime.models import LiveEvent
from deskbell.tickets.models import Ticket
from tests.town import Town


def tell(incident: Incident, text: str, by: Agent, phase: str = "identified", **more: Any) -> None:
    publish(incident, Draft(f"{phase} {text}", phase, text, **more), by=by)


def for_everyone(town: Town) -> Incident:
    return declare("Applications don’t start", severity=Severity.CRITICAL, by=town.ana)


def of(town: Town, district: District) -> Incident:
    incident = declare("Printing is slow", severity=Severity.MINOR, by=town.ana)
    editing.set_districts(incident, [district], everyone=False, by=town.ana)
    incident.refresh_from_db()
    return incident


def titles(bubble: Bubble, path: str = "welcome") -> list[str]:
    return [each["title"] for each in bubble.get(path)[1]["trouble"]]


def topics_in(bubble: Bubble, path: str) -> frozenset[str]:
    return topics.read(bubble.get(path)[1]["topics"]).topics


def test_nobody_hears_of_an_incident_before_its_first_update(
    new_bubble: Callable[[], Bubble], town: Town
) -> None:
    incident, bubble = for_everyone(town), new_bubble()
    assert titles(bubble) == []
    promised = clock.now() + timedelta(hours=1)
    tell(incident, "We are on it.", town.ana, next_update_at=promised)
    (known,) = bubble.get("welcome")[1]["trouble"]
    assert known == {
        "number": incident.pk,
        "title": "Applications don’t start",
        "phase": "identified",
        "open": True,
        "text": "We are on it.",
        "at": incident.updates.get().at.isoformat(),
        "next": promised.isoformat(),
    }


def test_what_is_over_is_no_longer_known_trouble(
    new_bubble: Callable[[], Bubble], town: Town
) -> None:
    incident = for_everyone(town)
    tell(incident, "We are on it.", town.ana)
    tell(incident, "All is well.", town.ana, phase="resolved")
    assert titles(new_bubble()) == []
    ends = json.loads(LiveEvent.objects.filter(topic="trouble").latest("id").data)
    assert (ends["open"], ends["text"]) == (False, "All is well.")


def test_a_stranger_reads_what_the_public_page_says_and_no_districts_own_words(
    new_bubble: Callable[[], Bubble], town: Town
) -> None:
    own = {town.north_valley.pk: "SECRET"}
    tell(of(town, town.north_valley), "Theirs alone.", town.ana, wordings=own)
    tell(for_everyone(town), "We know.", town.ana, wordings=own)
    told = new_bubble().get("welcome")[1]["trouble"]
    assert [each["text"] for each in told] == ["We know."]
    for event in LiveEvent.objects.filter(topic__in=topics_in(new_bubble(), "welcome")):
        assert "SECRET" not in event.data and "Theirs" not in event.data


def test_whose_district_the_team_knows_hears_what_concerns_it_in_its_own_words(
    bubble: Bubble, town: Town
) -> None:
    Ticket.objects.filter(visits=Visit.objects.get()).update(district=town.north_valley)
    own = {town.north_valley.pk: "Use the old way, North Valley."}
    tell(of(town, town.north_valley), "We know.", town.ana, wordings=own)
    tell(of(town, town.south_ridge), "Theirs alone.", town.ana)
    told = bubble.get("conversation")[1]["trouble"]
    assert [each["text"] for each in told] == ["Use the old way, North Valley."]
    heard = LiveEvent.objects.filter(topic__in=topics_in(bubble, "conversation"), name="trouble")
    assert [json.loads(each.data)["text"] for each in heard] == ["Use the old way, North Valley."]


def test_an_address_that_a_visitor_leaves_makes_them_of_no_district(
    bubble: Bubble, town: Town
) -> None:
    bubble.post("address", {"address": "tess@northvalley.example"})
    assert Ticket.objects.get().district == town.north_valley
    assert f"trouble:{town.north_valley.pk}" not in topics_in(bubble, "conversation")


@pytest.mark.parametrize("known", [0, 3])
def test_as_many_queries_for_many_as_for_one(
    new_bubble: Callable[[], Bubble],
    town: Town,
    known: int,
    django_assert_num_queries: Any,
) -> None:
    for number in range(1 + known):
        tell(for_everyone(town), f"Trouble {number}", town.ana)
    with django_assert_num_queries(3):
        assert len(known_trouble(None)) == 1 + known
