"""Contesting an impact from the portal, and what the team sees of it."""

from __future__ import annotations

import pytest
from django.test import Client

from deskbell.lib.clock import moved_to
from deskbell.portal.tests.conftest import ClientOf
from deskbell.sla.models import Clock
from deskbell.tickets.models import Contest, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.words import Words
from tests.town import Town, at

FORM = {"impact": "high", "why": "The whole school can’t work"}


@pytest.fixture
def ticket(town: Town) -> Ticket:
    return open_for_customer("Dark", Words("It is dark"), requester=town.olivia)


@pytest.fixture
def agent(town: Town) -> Client:
    browser = Client()
    browser.force_login(town.ana.person)
    return browser


def test_a_person_looks_at_it_within_the_promise_of_the_next_reply(
    town: Town, portal_of: ClientOf, agent: Client
) -> None:
    with moved_to(at("2026-11-19 09:00")):
        ticket = open_for_customer("Dark", Words("It is dark"), requester=town.olivia)
        reply(ticket, Words("We look"), by=town.ana)
    with moved_to(at("2026-11-19 10:00")):
        portal_of(town.olivia).post(f"/portal/requests/{ticket.number}/contests", FORM)
    owed = Clock.objects.get(ticket=ticket, metric="next_reply")
    assert (owed.due_at, owed.outcome) == (at("2026-11-19 18:00"), "running")
    with moved_to(at("2026-11-19 11:00")):
        form = {"impact": "normal", "reason": "It works"}
        agent.post(f"/tickets/{ticket.number}/contest", form)
    owed.refresh_from_db()
    assert (owed.stopped_at, owed.outcome) == (at("2026-11-19 11:00"), "met")


def test_the_customer_contests_once_and_reads_the_outcome(
    town: Town, ticket: Ticket, portal_of: ClientOf, agent: Client
) -> None:
    olivia, path = portal_of(town.olivia), f"/portal/requests/{ticket.number}"
    assert "Is the impact wrong?" in olivia.get(path).content.decode()
    assert olivia.post(f"{path}/contests", FORM).headers["Location"] == path
    page = olivia.get(path).content.decode()
    assert "The impact is contested: High instead of Normal." in page and FORM["why"] in page
    assert "Is the impact wrong?" not in page
    again = olivia.post(f"{path}/contests", {**FORM, "impact": "urgent"})
    assert again.status_code == 422 and Contest.objects.get().wanted == "high"
    agent.post(f"/tickets/{ticket.number}/contest", {"impact": "high", "reason": "An exam is on"})
    page = olivia.get(path).content.decode()
    assert "The impact was contested: High instead of Normal." in page
    assert "An exam is on" in page


def test_the_team_finds_it_and_the_form_for_the_outcome(
    town: Town, ticket: Ticket, portal_of: ClientOf, agent: Client
) -> None:
    other = open_for_customer("Light", Words("It is light"), requester=town.olivia)
    portal_of(town.olivia).post(f"/portal/requests/{ticket.number}/contests", FORM)
    listed = agent.get("/inbox?q=is:contested").content.decode()
    assert f"/tickets/{ticket.number}" in listed and f"/tickets/{other.number}" not in listed
    page = agent.get(f"/tickets/{ticket.number}").content.decode()
    assert "finds the impact wrong: High, not Normal" in page
    assert "Tell the outcome" in page
    agent.post(f"/tickets/{ticket.number}/contest", {"impact": "normal", "reason": "It works"})
    assert "Tell the outcome" not in agent.get(f"/tickets/{ticket.number}").content.decode()
    assert f"/tickets/{ticket.number}" not in agent.get("/inbox?q=is:contested").content.decode()


def test_what_is_missing_is_said_and_the_rest_stays(
    town: Town, ticket: Ticket, portal_of: ClientOf
) -> None:
    path = f"/portal/requests/{ticket.number}/contests"
    answer = portal_of(town.olivia).post(path, {**FORM, "why": " "})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Say why it is another impact" in page
    assert 'value="high" required checked' in page


def test_who_only_reads_or_sees_nothing_contests_nothing(
    town: Town, ticket: Ticket, portal_of: ClientOf
) -> None:
    at_school = open_for_customer(
        "At Lincoln",
        Words("Dark"),
        requester=town.olivia,
        place=(town.north_valley, town.lincoln_high),
    )
    victor = portal_of(town.victor)  # a viewer there
    assert (
        "Is the impact wrong?"
        not in victor.get(f"/portal/requests/{at_school.number}").content.decode()
    )
    path = f"/portal/requests/{at_school.number}/contests"
    assert victor.post(path, FORM).status_code == 422
    for stranger in (town.sam, town.tess, town.victor):
        answer = portal_of(stranger).post(f"/portal/requests/{ticket.number}/contests", FORM)
        assert answer.status_code == 404
    assert not Contest.objects.exists()
