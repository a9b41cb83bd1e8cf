"""A new request from the portal: three questions give its impact, and the team sees the answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from deskbell.portal.tests.conftest import ClientOf
from deskbell.sla.models import Clock
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Channel, Ticket
from tests.town import Town

FIRST_REPLY = {
    Impact.URGENT: timedelta(minutes=15),
    Impact.HIGH: timedelta(hours=1),
    Impact.NORMAL: timedelta(hours=4),
    Impact.LOW: timedelta(hours=11),
}
FORM = {"subject": "No apps", "text": "They don’t start", "works": "no", "students": "school"}


@pytest.mark.parametrize(
    ("works", "students", "around", "impact"),
    [
        ("no", "school", "no", Impact.URGENT),
        ("no", "class", "yes", Impact.HIGH),
        ("hardly", "class", "no", Impact.HIGH),
        ("hardly", "few", "no", Impact.NORMAL),
        ("yes", "few", "yes", Impact.LOW),
    ],
)
def test_the_answers_give_the_impact_and_its_clock_from_the_first_moment(
    town: Town, portal_of: ClientOf, works: str, students: str, around: str, impact: Impact
) -> None:
    browser = portal_of(town.olivia)
    answers = {"works": works, "students": students, "around": around}
    sent = browser.post("/portal/new", {**FORM, **answers})
    ticket = Ticket.objects.get()
    assert sent.headers["Location"] == f"/portal/requests/{ticket.number}"
    assert (ticket.impact, ticket.channel) == (impact, Channel.PORTAL)
    assert (ticket.requester, ticket.district) == (town.olivia, town.north_valley)
    assert Clock.objects.get(ticket=ticket, metric="first_reply").target == FIRST_REPLY[impact]
    page = browser.get(sent.headers["Location"]).content.decode()
    assert "No apps" in page and "They don’t start" in page and impact.label in page


def test_the_team_reads_what_was_answered(town: Town, portal_of: ClientOf) -> None:
    portal_of(town.olivia).post("/portal/new", {**FORM, "around": "no"})
    agent = Client()
    agent.force_login(town.ana.person)
    page = agent.get(f"/tickets/{Ticket.objects.get().number}").content.decode()
    assert "by their answers: it can’t be used, the whole school, no way around it" in page


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"subject": " "}, "Say in a few words"),
        ({"text": ""}, "Write something"),
        ({"works": "maybe"}, "Answer the three questions"),
        ({"around": ""}, "Answer the three questions"),
    ],
)
def test_what_is_missing_is_said_and_the_rest_stays(
    town: Town, portal_of: ClientOf, change: dict[str, str], told: str
) -> None:
    answer = portal_of(town.olivia).post("/portal/new", {**FORM, "around": "no", **change})
    page = answer.content.decode()
    assert answer.status_code == 422 and told in page
    assert not Ticket.objects.exists()
    assert 'value="school" required checked' in page


def test_a_viewer_opens_none_and_a_teacher_without_a_place_does(
    town: Town, portal_of: ClientOf
) -> None:
    viewer = portal_of(town.victor)
    assert "New request" not in viewer.get("/portal").content.decode()
    assert viewer.post("/portal/new", {**FORM, "around": "no"}).status_code == 422
    assert not Ticket.objects.exists()
    portal_of(town.tess).post("/portal/new", {**FORM, "around": "no"})
    assert Ticket.objects.get().district == town.north_valley
