"""Incidents and maintenance that concern a customer, their requests about it, and nothing of others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.incidents.declaring import declare
from deskbell.incidents.joining import join
from deskbell.incidents.models import Incident, PrivatePage, Severity
from deskbell.incidents.updating import Draft, publish
from deskbell.lib import clock
from deskbell.lib.ids import new_token
from deskbell.monitoring.models import Component, Maintenance, Service
from deskbell.portal.tests.conftest import ClientOf
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town


@pytest.fixture
def streaming(town: Town) -> Component:
    """A component that North Valley alone depends on."""
    service = Service.objects.create(name="Applications")
    made = Component.objects.create(
        service=service, name="Streaming", key="streaming", for_everyone=False
    )
    made.districts.add(town.north_valley)
    return made


@pytest.fixture
def broken(town: Town, streaming: Component) -> Incident:
    """It is down, and nobody was told yet."""
    states = {streaming: "partial_outage"}
    return declare("Black screens", severity=Severity.MAJOR, by=town.ana, components=states)


def tell(
    incident: Incident, text: str, town: Town, *, spanish: str = "", phase: str = "identified"
) -> None:
    publish(incident, Draft(key=new_token(), phase=phase, text=text, text_es=spanish), by=town.ana)


def seen(browser: Client, path: str = "/portal/status") -> str:
    return browser.get(path).content.decode()


def test_what_was_told_shows_with_every_update_above_the_requests_and_the_form_too(
    town: Town, broken: Incident, portal_of: ClientOf
) -> None:
    olivia = portal_of(town.olivia)
    paths = ("/portal", "/portal/new", "/portal/status")
    assert not any("Black screens" in seen(olivia, path) for path in paths)
    tell(broken, "A vendor’s router is dead", town)
    tell(broken, "A new one is on its way", town)
    assert all("Black screens" in seen(olivia, path) for path in paths)
    page = seen(olivia)
    assert page.index("A new one is on its way") < page.index("A vendor’s router is dead")
    assert "Streaming" in page


def test_another_district_hears_of_none_of_it(
    town: Town, broken: Incident, streaming: Component, portal_of: ClientOf
) -> None:
    tell(broken, "A vendor’s router is dead", town)
    window(streaming, town)
    sam = portal_of(town.sam)
    for path in ("/portal", "/portal/new", "/portal/status"):
        page = seen(sam, path)
        assert "Black screens" not in page and "Streaming" not in page
        assert "New router" not in page


def test_their_own_requests_about_it_are_named_and_no_others(
    town: Town, broken: Incident, portal_of: ClientOf
) -> None:
    def opened(subject: str) -> Ticket:
        return open_for_customer(subject, Words("It is dark"), requester=town.tess)

    mine, apart = opened("Dark since nine"), opened("A broken mouse")
    join(broken, [mine], by=town.ana)
    tell(broken, "A vendor’s router is dead", town)
    for person, sees in ((town.olivia, True), (town.tess, True), (town.victor, False)):
        page = seen(portal_of(person))
        assert "Black screens" in page
        assert (mine.subject in page) == sees and apart.subject not in page


def test_what_is_over_stays_for_a_month(town: Town, broken: Incident, portal_of: ClientOf) -> None:
    tell(broken, "A vendor’s router is dead", town)
    tell(broken, "It works again", town, phase="resolved")
    olivia = portal_of(town.olivia)
    assert "Black screens" not in seen(olivia, "/portal")
    assert "Black screens" in seen(olivia) and "We know of no trouble" in seen(olivia)
    long_ago = clock.now() - timedelta(days=40)
    broken.updates.update(at=long_ago)
    Incident.objects.update(started_at=long_ago, resolved_at=long_ago)
    assert "Black screens" not in seen(olivia)


def window(component: Component, town: Town) -> Maintenance:
    start = clock.now() + timedelta(days=1)
    made = Maintenance.objects.create(
        title="New router", starts_at=start, ends_at=start + timedelta(hours=2), public=True
    )
    made.components.add(component)
    return made


def test_planned_maintenance_shows_with_what_it_concerns(
    town: Town, streaming: Component, portal_of: ClientOf
) -> None:
    window(streaming, town)
    page = seen(portal_of(town.olivia))
    assert "New router" in page and "Streaming" in page


def test_a_reader_of_spanish_reads_it_in_spanish(
    town: Town, broken: Incident, portal_of: ClientOf
) -> None:
    tell(broken, "A router is dead", town, spanish="Un router está muerto")
    olivia = portal_of(town.olivia)
    olivia.cookies["portal-language"] = "es"
    page = seen(olivia)
    assert "Un router está muerto" in page and "Causa encontrada" in page


def test_the_districts_own_page_is_for_who_has_a_place_there(
    town: Town, portal_of: ClientOf
) -> None:
    secret = PrivatePage.objects.create(district=town.north_valley).token
    assert f"/status/d/{secret}" in seen(portal_of(town.victor))
    for person in (town.tess, town.sam):  # by the mail domain alone; of another district
        page = seen(portal_of(person))
        assert secret not in page and 'href="/status"' in page


def test_the_page_takes_as_many_queries_for_three_incidents_as_for_one(
    town: Town, streaming: Component, portal_of: ClientOf
) -> None:
    olivia = portal_of(town.olivia)
    counts: list[int] = []
    for _ in range(2):
        for _ in range(1 + len(counts)):
            states = {streaming: "degraded"}
            made = declare("Slow", severity=Severity.MINOR, by=town.ana, components=states)
            tell(made, "We look", town)
        seen(olivia)
        with CaptureQueriesContext(connection) as queries:
            seen(olivia)
        counts.append(len(queries))
    assert counts[0] == counts[1]
