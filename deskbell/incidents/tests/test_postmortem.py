"""A postmortem begins from what is known, is kept as it is written, and read by customers once published."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from deskbell.incidents import impact, postmortem
from deskbell.incidents.declaring import declare
from deskbell.incidents.joining import join
from deskbell.incidents.models import Incident, Severity
from deskbell.incidents.tests.test_updating import draft, streaming, ticket_of
from deskbell.incidents.updating import publish
from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from tests.town import Town, at

NOON = at("2026-11-30 12:00")


@pytest.fixture
def incident(town: Town) -> Incident:
    """Streaming, for both districts: an outage for an hour, slow for another, over at 14:00."""
    component = streaming()
    with moved_to(NOON):
        incident = declare(
            "Black screens",
            severity=Severity.CRITICAL,
            by=town.ana,
            components={component: "major_outage"},
        )
        join(incident, [ticket_of(town.tess), ticket_of(town.sam)], by=town.ana)
    for minutes, phase, text, state in (
        (10, "investigating", "We look into it.", "major_outage"),
        (60, "monitoring", "It is back, slowly.", "degraded"),
        (120, "resolved", "All is well.", "operational"),
    ):
        with moved_to(NOON + timedelta(minutes=minutes)):
            told = draft(key=f"f{minutes}", phase=phase, text=text, components={component: state})
            publish(incident, told, by=town.ana)
    return Incident.objects.get(pk=incident.pk)


def test_it_begins_with_dated_lines_and_the_impact_in_district_hours(
    town: Town, incident: Incident
) -> None:
    with moved_to(NOON + timedelta(hours=3)):
        begun = postmortem.begin(incident, by=town.ana)

    assert begun.what_happened.splitlines() == [
        "Mon, Nov 30 (Eastern)",
        "12:00 pm  It begins.",
        "12:00 pm  The incident is declared: Black screens",
        "12:10 pm  Investigating: We look into it.",
        "1:00 pm  Monitoring: It is back, slowly.",
        "2:00 pm  Resolved: All is well.",
    ]
    assert begun.impact.splitlines() == [
        "Streaming: major outage, 2 h for 2 districts, 4.0 district-hours",
        "2 tickets from 2 districts",
    ]
    assert postmortem.begin(incident, by=town.ben) == begun


def test_only_districts_that_depend_on_it_count(town: Town) -> None:
    component = streaming(for_everyone=False)
    component.districts.add(town.south_ridge)
    with moved_to(NOON):
        incident = declare(
            "Slow", severity=Severity.MINOR, by=town.ana, components={component: "degraded"}
        )
    with moved_to(NOON + timedelta(minutes=30)):
        (suffered,) = impact.impact_of(incident)

    assert (suffered.districts, suffered.district_hours) == (1, 0.5)


def test_while_it_goes_on_there_is_none(town: Town) -> None:
    incident = declare("Slow", severity=Severity.MINOR, by=town.ana)

    with pytest.raises(Refused, match="goes on"):
        postmortem.begin(incident, by=town.ana)
    with pytest.raises(Refused, match="Begin it first"):
        postmortem.write(incident, "causes", "A cable", by=town.ana)


def test_it_is_published_once_it_says_something_and_can_be_taken_back(
    town: Town, incident: Incident
) -> None:
    postmortem.begin(incident, by=town.ana)
    with pytest.raises(Refused, match="what you do about it"):
        postmortem.publish(incident, by=town.ana)
    postmortem.write(incident, "causes", "A cable.", by=town.ana)
    postmortem.write(incident, "actions", "A second cable.", by=town.ben)

    assert isinstance(postmortem.publish(incident, by=town.ana).published_at, datetime)
    assert incident.events.last().data["published"] is True  # type: ignore[union-attr]
    with pytest.raises(Refused, match="Take it back"):
        postmortem.write(incident, "causes", "Two cables.", by=town.ana)

    assert postmortem.take_back(incident, by=town.ana).published_at is None
    assert postmortem.write(incident, "causes", "Two cables.", by=town.ana).causes == "Two cables."


@pytest.mark.parametrize(
    ("part", "text", "sentence"),
    [
        ("title", "x", "no such part"),
        ("causes", "x" * 20_001, "at most 20,000 letters"),
    ],
)
def test_what_is_wrong_is_said(
    town: Town, incident: Incident, part: str, text: str, sentence: str
) -> None:
    postmortem.begin(incident, by=town.ana)

    with pytest.raises(Refused, match=sentence):
        postmortem.write(incident, part, text, by=town.ana)
