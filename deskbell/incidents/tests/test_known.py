"""The receipt says what is known to be broken, to those whom it concerns, and stops no clock (K11)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deskbell.incidents import known
from deskbell.incidents.declaring import declare
from deskbell.incidents.models import Incident, Severity
from deskbell.incidents.tests.test_updating import draft, streaming, ticket_of
from deskbell.incidents.updating import publish
from deskbell.mail.models import OutboundMail
from deskbell.people.models import Person
from deskbell.sla.models import Clock
from tests.town import Town

KNOWN = "We know of a problem right now: Files don’t open."


@pytest.fixture
def incident(town: Town) -> Incident:
    """It concerns North Valley alone."""
    component = streaming(for_everyone=False)
    component.districts.add(town.north_valley)
    return declare(
        "Files don’t open",
        severity=Severity.MAJOR,
        by=town.ana,
        components={component: "degraded"},
    )


def receipt_of(person: Person) -> OutboundMail:
    return OutboundMail.objects.get(ticket=ticket_of(person), kind="receipt")


def test_k11_whom_it_concerns_reads_it_and_the_clock_runs_on(
    town: Town, incident: Incident
) -> None:
    publish(incident, draft(), by=town.ana)

    receipt = receipt_of(town.tess)

    assert KNOWN in receipt.text and "/status" in receipt.text
    assert "<strong>Files don’t open</strong>" in receipt.html
    clock = Clock.objects.get(ticket=receipt.ticket, metric="first_reply")
    assert clock.outcome == "running"
    assert KNOWN not in receipt_of(town.sam).text  # another district


def test_nothing_is_said_before_it_is_told_nor_after_it_is_over(
    town: Town, incident: Incident
) -> None:
    assert KNOWN not in receipt_of(town.tess).text

    publish(incident, draft(phase="resolved"), by=town.ana)

    assert KNOWN not in receipt_of(town.tess).text


def test_somebody_of_no_district_hears_what_concerns_everyone(
    town: Town, incident: Incident
) -> None:
    stranger = Person.objects.with_address("zoe@elsewhere.example", "Zoe")
    publish(incident, draft(), by=town.ana)
    assert KNOWN not in receipt_of(stranger).text

    Incident.objects.filter(pk=incident.pk).update(for_everyone=True)
    assert KNOWN in receipt_of(stranger).text


def test_many_tickets_are_asked_for_in_as_many_queries_as_one(
    town: Town, incident: Incident
) -> None:
    publish(incident, draft(), by=town.ana)
    tickets = [ticket_of(person) for person in (town.tess, town.sam) * 3]

    counts = []
    for some in (tickets[:1], tickets):
        with CaptureQueriesContext(connection) as counted:
            known.trouble_for(some)
        counts.append(len(counted))

    assert counts == [2, 2]
