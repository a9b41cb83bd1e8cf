"""The palette: what the desk finds for it, and that every agent's page brings it along."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.guidance.beginning import begin
from deskbell.lib import clock
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town


def names(browser: Client, text: str) -> list[str]:
    hits = browser.get("/inbox/palette", {"q": text}).json()["hits"]
    return [f"{hit['kind']} {hit['name']}" for hit in hits]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("scre", ["ticket #{0} Black screen"]),
        ("tess", ["ticket #{0} Black screen", "customer Tess Turner"]),
        ("turner", ["ticket #{0} Black screen", "customer Tess Turner"]),
        ("Ben", ["colleague Ben Baker"]),
        ("north va", ["district North Valley"]),
        ("#{0}", ["ticket #{0} Black screen"]),
        ("{0}", ["ticket #{0} Black screen"]),
        ("impact:", []),
        ("x", []),
        ("", []),
    ],
)
def test_tickets_and_people_are_found(
    text: str, found: list[str], ticket: Ticket, browser: Client
) -> None:
    number = ticket.number
    assert names(browser, text.format(number)) == [each.format(number) for each in found]


def test_a_person_leads_to_their_tickets(ticket: Ticket, town: Town, browser: Client) -> None:
    hits = browser.get("/inbox/palette?q=turner").json()["hits"]
    path = next(hit["path"] for hit in hits if hit["kind"] == "customer")
    assert "Black screen" in browser.get(path).content.decode()


def test_the_onboarding_of_a_district_is_found(town: Town, browser: Client) -> None:
    today = clock.now().date()
    onboarding = begin(
        town.north_valley,
        starts_on=today,
        goes_live_on=today + timedelta(days=28),
        lead=town.ana,
        by=town.ana,
    )
    hit = browser.get("/inbox/palette?q=north va").json()["hits"][-1]
    assert (hit["name"], hit["about"]) == ("Onboarding of North Valley", "0 of 12 steps done")
    assert hit["path"] == f"/onboardings/{onboarding.pk}"


def test_looking_costs_the_same_however_much_there_is(
    ticket: Ticket, town: Town, browser: Client
) -> None:
    browser.get("/inbox/palette?q=screen")
    with CaptureQueriesContext(connection) as few:
        names(browser, "screen")
    for _ in range(5):
        open_for_customer("Another screen", Words("x"), requester=town.sam)
    with CaptureQueriesContext(connection) as many:
        assert len(names(browser, "screen")) == 6
    assert len(many) == len(few)


@pytest.mark.parametrize("path", ["/inbox", "/team", "/notices"])
def test_each_page_of_the_team_brings_it_along(path: str, browser: Client) -> None:
    assert "inbox/palette" in browser.get(path).content.decode()


def test_no_page_of_a_stranger_does(client: Client, db: None) -> None:
    assert "inbox/palette" not in client.get("/sign-in").content.decode()
