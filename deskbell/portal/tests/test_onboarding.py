"""A district's onboarding in its portal: who sees it, who does what, and that no other reaches it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.guidance.beginning import begin
from deskbell.guidance.doing import end, mark_done
from deskbell.guidance.models import Onboarding, Question, Step
from deskbell.lib.clock import moved_to
from deskbell.people.models import Contact, Person, School
from deskbell.portal.tests.conftest import ClientOf
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Category, Channel, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town, at

CONTACTS = "Name your contacts, and a number for emergencies"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """The second Monday: contacts are late by then."""
    with moved_to(at("2026-11-09 09:00")):
        yield


@pytest.fixture
def onboarding(town: Town) -> Onboarding:
    return begin(
        town.north_valley,
        starts_on=date(2026, 11, 2),
        goes_live_on=date(2026, 12, 7),
        lead=town.eve,
        by=town.ana,
    )


def step(onboarding: Onboarding, title: str = CONTACTS) -> Step:
    return onboarding.steps.get(title=title)


def addresses(onboarding: Onboarding, of: Step) -> list[tuple[str, str]]:
    base = f"/portal/onboarding/{onboarding.pk}"
    return [
        ("get", base),
        ("get", f"{base}.csv"),
        ("get", f"{base}/steps/{of.pk}/question"),
        ("post", f"{base}/steps/{of.pk}/done"),
        ("post", f"{base}/steps/{of.pk}/reopening"),
        ("post", f"{base}/steps/{of.pk}/question"),
    ]


def asked(browser: Client, where: list[tuple[str, str]]) -> list[int]:
    form = {"subject": "Which number?", "text": "Is a cell phone fine?"}
    return [
        (browser.get(path) if method == "get" else browser.post(path, form)).status_code
        for method, path in where
    ]


NONE = [404] * 6
DOES = [200, 200, 200, 302, 302, 302]
READS = [200, 200, 422, 422, 422, 422]  # is told why it may not write
ROLES = {
    ("owner", False): DOES,
    ("editor", False): DOES,
    ("viewer", False): READS,
    ("member", False): DOES,
    ("owner", True): DOES,
    ("viewer", True): READS,
    ("", False): NONE,  # known by the mail domain alone
}


@pytest.mark.parametrize(("role", "at_school"), ROLES, ids=str)
def test_whoever_has_a_place_sees_it_and_writers_do_steps(
    town: Town, onboarding: Onboarding, portal_of: ClientOf, role: str, at_school: bool
) -> None:
    nina = Person.objects.with_address("nina@northvalley.example", "Nina")
    school = School.objects.get(name="Lincoln High") if at_school else None
    if role:
        Contact.objects.create(person=nina, district=town.north_valley, role=role, school=school)
    got = asked(portal_of(nina), addresses(onboarding, step(onboarding)))
    assert got == ROLES[role, at_school]


def test_another_district_reaches_nothing_of_it(
    town: Town, onboarding: Onboarding, portal_of: ClientOf
) -> None:
    theirs = begin(
        town.south_ridge,
        starts_on=date(2026, 11, 2),
        goes_live_on=date(2026, 12, 7),
        lead=town.eve,
        by=town.ana,
    )
    browser = portal_of(town.sam)
    assert asked(browser, addresses(onboarding, step(onboarding))) == NONE
    through_their_own = asked(browser, addresses(theirs, step(onboarding)))
    assert through_their_own == [200, 200, *NONE[2:]]
    assert browser.get("/portal/onboarding")["Location"] == f"/portal/onboarding/{theirs.pk}"
    page = browser.get(f"/portal/onboarding/{theirs.pk}").content.decode()
    assert "North Valley" not in page
    assert not step(onboarding).is_done and not Question.objects.exists()


def test_the_page_says_how_far_it_is_and_what_is_next(
    town: Town, onboarding: Onboarding, portal_of: ClientOf
) -> None:
    mark_done(step(onboarding, "Kickoff call"), by=town.eve.person)
    browser = portal_of(town.olivia)
    page = browser.get(f"/portal/onboarding/{onboarding.pk}").content.decode()
    assert "1 of 12 steps done" in page and f"Next: {CONTACTS}" in page
    assert page.count(">Late<") == 2  # beside what is next, and in its line
    assert "Olivia Ortiz, due Wed, Nov 4" in page and "Eve Engström, done Mon, Nov 9" in page
    assert page.count("Mark as done</button>") == 6  # the district's, not the team's


def test_all_of_it_is_said_in_spanish(
    town: Town, onboarding: Onboarding, portal_of: ClientOf
) -> None:
    browser = portal_of(town.olivia)
    browser.post("/portal/language", {"language": "es"})
    page = browser.get(f"/portal/onboarding/{onboarding.pk}").content.decode()
    assert "0 de 12 pasos hechos" in page and "Siguiente: Llamada de inicio" in page
    assert "para el lun, 7 dic" in page and "Kickoff call" not in page
    table = browser.get(f"/portal/onboarding/{onboarding.pk}.csv").getvalue().decode("utf-8-sig")
    first = next(csv.DictReader(io.StringIO(table)))
    assert (first["Paso"], first["De quién es"], first["Estado"]) == (
        "Llamada de inicio",
        "Nuestro equipo",
        "Con retraso",
    )


def test_their_people_do_their_steps_and_take_that_back(
    town: Town, onboarding: Onboarding, portal_of: ClientOf
) -> None:
    browser, base = portal_of(town.olivia), f"/portal/onboarding/{onboarding.pk}"
    address = f"{base}/steps/{step(onboarding).pk}"
    page = browser.post(f"{address}/done", {"note": "Call Lou"}, follow=True).content.decode()
    assert "Call Lou" in page and "Olivia Ortiz, done" in page
    assert (step(onboarding).done_by, onboarding.events.last().by) == (town.olivia, town.olivia)  # type: ignore[union-attr]
    again = browser.post(f"{address}/done")
    assert again.status_code == 422 and "done already" in again.content.decode()
    browser.post(f"{address}/reopening")
    assert not step(onboarding).is_done
    ours = browser.post(f"{base}/steps/{step(onboarding, 'Go live').pk}/done")
    assert ours.status_code == 422 and "not yours" in ours.content.decode()


def test_a_viewer_does_the_step_that_they_were_given(
    town: Town, onboarding: Onboarding, portal_of: ClientOf
) -> None:
    onboarding.steps.filter(title=CONTACTS).update(owner=town.victor)
    browser = portal_of(town.victor)
    base = f"/portal/onboarding/{onboarding.pk}/steps"
    assert browser.post(f"{base}/{step(onboarding).pk}/done").status_code == 302
    other = step(onboarding, "Choose a pilot class")
    assert browser.post(f"{base}/{other.pk}/done").status_code == 422


def test_a_question_becomes_a_ticket_that_both_sides_find_at_the_step(
    town: Town, onboarding: Onboarding, portal_of: ClientOf
) -> None:
    browser = portal_of(town.olivia)
    address = f"/portal/onboarding/{onboarding.pk}/steps/{step(onboarding).pk}/question"
    assert f'value="About: {CONTACTS}"' in browser.get(address).content.decode()
    sent = browser.post(address, {"subject": "Which number?", "text": "Is a cell phone fine?"})
    ticket = Ticket.objects.get()
    assert sent["Location"] == f"/portal/requests/{ticket.number}"
    assert (ticket.channel, ticket.impact, ticket.category) == (
        Channel.PORTAL,
        Impact.LOW,
        Category.GUIDANCE,
    )
    assert (ticket.district, str(ticket.team)) == (town.north_valley, "Onboarding")
    page = browser.get(f"/portal/onboarding/{onboarding.pk}").content.decode()
    assert f"#{ticket.number} Which number?" in page
    agent = Client()
    agent.force_login(town.ana.person)
    assert f"#{ticket.number} Open" in agent.get(f"/onboardings/{onboarding.pk}").content.decode()
    member = Person.objects.with_address("nina@northvalley.example", "Nina")
    Contact.objects.create(person=member, district=town.north_valley)
    theirs = portal_of(member).get(f"/portal/onboarding/{onboarding.pk}").content.decode()
    assert "Which number?" not in theirs  # they see their own requests alone


@pytest.mark.parametrize("form", [{"subject": " ", "text": "x"}, {"subject": "x", "text": " "}])
def test_what_is_missing_in_a_question_is_said(
    town: Town, onboarding: Onboarding, portal_of: ClientOf, form: dict[str, str]
) -> None:
    address = f"/portal/onboarding/{onboarding.pk}/steps/{step(onboarding).pk}/question"
    assert portal_of(town.olivia).post(address, form).status_code == 422
    assert not Ticket.objects.exists()


def test_the_page_asks_as_many_questions_for_many_steps_and_tickets(
    town: Town, onboarding: Onboarding, portal_of: ClientOf
) -> None:
    browser = portal_of(town.olivia)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"/portal/onboarding/{onboarding.pk}")
        return len(queries)

    Step.objects.filter(onboarding=onboarding).exclude(title=CONTACTS).update(done_at=None)
    count()
    few = count()
    for each in onboarding.steps.all():
        ticket = open_for_customer("Why?", Words("x"), requester=town.olivia)
        Question.objects.create(step=each, ticket=ticket)
    assert count() == few


def test_what_is_over_stays_to_be_read_and_none_is_said(
    town: Town, onboarding: Onboarding, portal_of: ClientOf
) -> None:
    end(onboarding, by=town.ana.person)
    browser = portal_of(town.olivia)
    page = browser.get("/portal/onboarding", follow=True).content.decode()
    assert "It ended on Mon, Nov 9" in page and "Mark as done</button>" not in page
    refused = browser.post(f"/portal/onboarding/{onboarding.pk}/steps/{step(onboarding).pk}/done")
    assert refused.status_code == 422 and "is over" in refused.content.decode()
    assert "No onboarding" in portal_of(town.sam).get("/portal/onboarding").content.decode()
    assert "/portal/onboarding" not in portal_of(town.sam).get("/portal").content.decode()
