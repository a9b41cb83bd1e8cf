"""On a ticket's page: which incident it is part of, and one key to make it so."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.incidents.declaring import declare
from deskbell.incidents.joining import join
from deskbell.incidents.models import Incident, IncidentTicket, Severity
from deskbell.incidents.tests.test_updating import draft, streaming, ticket_of
from deskbell.incidents.updating import publish
from deskbell.tickets.models import Ticket
from tests.town import Town

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(town: Town) -> Client:
    client = Client()
    client.force_login(town.ana.person)
    return client


@pytest.fixture
def incident(town: Town) -> Incident:
    """It concerns North Valley alone, where Tess is."""
    component = streaming(for_everyone=False)
    component.districts.add(town.north_valley)
    return declare(
        "Black screens",
        severity=Severity.MAJOR,
        by=town.ana,
        components={component: "partial_outage"},
    )


@pytest.fixture
def ticket(town: Town) -> Ticket:
    return ticket_of(town.tess)


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_an_open_incident_of_its_district_is_one_key_away(
    town: Town, browser: Client, incident: Incident, ticket: Ticket
) -> None:
    other = ticket_of(town.sam)
    assert "Part of Black screens <kbd" in text_of(browser.get(f"/tickets/{ticket.pk}"))
    assert "Black screens <kbd" not in text_of(browser.get(f"/tickets/{other.pk}"))

    path = f"/tickets/{ticket.pk}/incidents/{incident.pk}"
    answer = text_of(browser.post(path, {"do": "join"}, headers=HTMX))

    assert IncidentTicket.objects.get(ticket=ticket).state == "joined"
    assert f'Part of <a href="/incidents/{incident.pk}">Black screens</a>' in answer
    assert "Declare an incident" not in answer


def test_a_proposed_one_says_why_and_can_be_told_what_is_known(
    town: Town, browser: Client, incident: Incident, ticket: Ticket
) -> None:
    publish(incident, draft(text="We are on it."), by=town.ana)
    incident.tickets.create(ticket=ticket, state="proposed", reason="Names Streaming")
    page = text_of(browser.get(f"/tickets/{ticket.pk}"))
    assert "Looks like a part of" in page and "Names Streaming." in page

    path = f"/tickets/{ticket.pk}/incidents/{incident.pk}"
    answer = text_of(browser.post(path, {"do": "tell"}, headers=HTMX))

    assert "We are on it." in answer and "Tell what is known" not in answer


def test_one_that_has_nothing_to_do_with_it_is_left(
    town: Town, browser: Client, incident: Incident, ticket: Ticket
) -> None:
    join(incident, [ticket], by=town.ana)

    browser.post(f"/tickets/{ticket.pk}/incidents/{incident.pk}", {"do": "leave"})

    assert IncidentTicket.objects.get(ticket=ticket).state == "left"
    assert "Declare an incident" in text_of(browser.get(f"/tickets/{ticket.pk}"))


def test_what_can_not_be_done_is_said(browser: Client, incident: Incident, ticket: Ticket) -> None:
    answer = browser.post(f"/tickets/{ticket.pk}/incidents/{incident.pk}", {"do": "x"})
    assert answer.status_code == 422 and "Say what to do" in text_of(answer)
    assert browser.post(f"/tickets/{ticket.pk}/incidents/999999").status_code == 404


def test_more_incidents_ask_no_more_queries(
    town: Town, browser: Client, incident: Incident, ticket: Ticket
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            browser.get(f"/tickets/{ticket.pk}")
        return len(counted)

    queries()
    few = queries()
    for number in range(5):
        more = declare(f"Another {number}", severity=Severity.MINOR, by=town.ana)
        join(more, [ticket], by=town.ana)

    assert queries() == few


def test_alerts_and_components_lead_to_their_incident_or_declare_one(
    browser: Client, incident: Incident
) -> None:
    component = incident.concerned.get().component
    page = text_of(browser.get(f"/components/{component.pk}"))
    assert f'hx-get="/incidents/of-component/{component.pk}"' in page

    line = text_of(browser.get(f"/incidents/of-component/{component.pk}"))
    assert "Part of" in line and "Black screens" in line
    publish(incident, draft(phase="resolved"), by=incident.lead)  # type: ignore[arg-type]
    line = text_of(browser.get(f"/incidents/of-component/{component.pk}"))
    assert f'action="/components/{component.pk}/incident"' in line
    assert "Declare an incident" in text_of(browser.get("/incidents/of-alert/1"))
