"""Technical escalation on the screens: the form, the side panel, the lists, and who never sees it."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from deskbell.inbox import drawing
from deskbell.inbox.tests.conftest import ClientOf
from deskbell.people.customer_links import new_link
from deskbell.people.customers import customer
from deskbell.people.models import Team
from deskbell.realtime.models import LiveEvent
from deskbell.tickets.links import link_for
from deskbell.tickets.models import Escalation, State, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town

HTMX = {"HX-Request": "true"}
NOTE = {"happened": "Dark since 8", "tried": "Restarted it", "asked": "Read the logs"}


@pytest.fixture
def engineering(town: Town) -> Team:
    return Team.objects.get(name="Engineering")


@pytest.fixture
def owners(client_of: ClientOf, town: Town) -> Client:
    """Olivia's, who owns the district, in the portal."""
    who, browser = customer(town.olivia), client_of(None)
    assert who
    browser.post(f"/portal/enter/{new_link(who)}")
    return browser


def asked(browser: Client, ticket: Ticket, to: object, **more: str) -> str:
    """What comes back when someone is asked by the form."""
    form = {"to": str(to), "reason": "Needs the broker’s logs", **NOTE, **more}
    answer = browser.post(f"/tickets/{ticket.number}/escalation", form, headers=HTMX)
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_form_offers_the_tiers_above_and_a_vendor(browser: Client, ticket: Ticket) -> None:
    for headers in ({}, HTMX):
        answer = browser.get(f"/tickets/{ticket.number}/escalation", headers=headers)
        said = text_of(answer.content.decode())
        assert "Engineering Tier 2, no time set for taking over" in said
        assert "A vendor no time set" in said
        assert "Billing" not in said.partition("Who is asked")[2].partition("Why, in one")[0]


def test_asked_it_is_a_thin_line_and_a_note_and_stands_at_the_side(
    browser: Client, ticket: Ticket, engineering: Team
) -> None:
    said = asked(browser, ticket, engineering.pk)
    line = "Ana Alvarez escalated it to Engineering, tier 2: Needs the broker’s logs"
    assert line in said
    assert "Hand-over to Engineering" in said
    assert "Tier 2 Engineering is asked; nobody there has taken it over yet." in said
    row = LiveEvent.objects.filter(topic="inbox", name="row").latest("id").data
    assert "Tier 2" in text_of(row)


def test_whoever_is_asked_takes_it_over_or_hands_it_back_with_a_reason(
    browser: Client, client_of: ClientOf, ticket: Ticket, town: Town, engineering: Team
) -> None:
    asked(browser, ticket, engineering.pk)
    eve, base = client_of(town.eve.person), f"/tickets/{ticket.number}/escalation"
    said = text_of(eve.post(f"{base}/taking", headers=HTMX).content.decode())
    assert "Eve Engström took it over for Engineering" in said
    assert "Engineering has it, by Eve Engström" in said
    back = eve.post(f"{base}/return", {"reason": "Look at the switch"}, headers=HTMX)
    line = "Eve Engström took it back from Engineering to Support: Look at the switch"
    assert line in text_of(back.content.decode())
    assert Ticket.objects.get(pk=ticket.pk).team == Team.objects.get(name="Support")


def test_a_vendor_keeps_its_reference_at_the_side(browser: Client, ticket: Ticket) -> None:
    told = {"vendor": "Google", "contact": "Jo", "reference": "4711", "waits": "yes"}
    said = asked(browser, ticket, "vendor", **told)
    assert "Vendor Google is asked" in said
    assert "Reference 4711 Contact Jo" in said
    assert "set it to Waiting: waiting for Google, their 4711" in said
    assert Ticket.objects.get(pk=ticket.pk).state == State.WAITING


def test_the_view_and_the_filters_find_what_is_escalated(
    browser: Client, client_of: ClientOf, ticket: Ticket, town: Town, engineering: Team
) -> None:
    open_for_customer("Another", Words("x"), requester=town.tess)
    asked(browser, ticket, engineering.pk)

    def found(client: Client, question: str) -> list[str]:
        html = client.get(f"/inbox?{question}").content.decode()
        return sorted(re.findall(r'class="row-subject"[^>]*>([^<]*)<', html))

    eve = client_of(town.eve.person)
    for question in ("q=tier:2", "q=is:escalated", "q=tier:2,vendor", "q=-tier:1"):
        assert found(browser, question) == ["Black screen"], question
    assert found(browser, "q=tier:1") == ["Another"]
    assert found(eve, "view=escalated") == ["Black screen"]
    assert found(browser, "view=escalated") == []
    assert "choose 1, 2, 3 or vendor" in browser.get("/inbox?q=tier:x").content.decode()


def test_many_escalated_tickets_cost_the_side_panels_no_more_queries(
    browser: Client, town: Town, engineering: Team
) -> None:
    def queries(number: int) -> int:
        for _ in range(number):
            made = open_for_customer("Dark", Words("x"), requester=town.tess)
            asked(browser, made, engineering.pk)
        tickets = list(Ticket.objects.with_people().select_related("standing"))
        with CaptureQueriesContext(connection) as found:
            drawing.facts_of(tickets)
            drawing.rows(tickets)
        return len(found)

    assert queries(1) == queries(3)


def text_at(browser: Client, path: str) -> str:
    """What a person reads there, of a page as of a PDF."""
    answer = browser.get(f"/{path}")
    assert answer.status_code == 200
    content = answer.getvalue()
    if not path.endswith(".pdf"):
        return content.decode()
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_customers_see_nothing_of_it_k16(
    browser: Client, owners: Client, ticket: Ticket, town: Town, engineering: Team
) -> None:
    """Neither in the portal, nor in the table that it saves, nor in the evidence."""
    asked(browser, ticket, engineering.pk)
    assert Escalation.objects.exists()
    your = "your/" + link_for(ticket, town.tess).rpartition("/")[2]
    request = f"portal/requests/{ticket.number}"
    for path in ("portal", request, "portal/requests.csv", your, f"{your}/clocks.pdf"):
        shown = text_at(owners, path)
        assert "Black screen" in shown, path
        for secret in ("Engineering", "broker", "escalat", "Tier 2", "Take over"):
            assert secret not in shown, (path, secret)


def test_the_team_sets_which_tier_each_team_is(
    client_of: ClientOf, town: Town, engineering: Team
) -> None:
    ada = client_of(town.ada.person)
    assert "Tier 2: asked by escalation" in ada.get("/team").content.decode()
    ada.post(f"/teams/{engineering.pk}/tier", {"tier": "3"})
    engineering.refresh_from_db()
    assert engineering.tier == 3
    support = Team.objects.get(name="Support")
    refused = ada.post(f"/teams/{support.pk}/tier", {"tier": "2"})
    assert "takes the new tickets" in refused.content.decode()
