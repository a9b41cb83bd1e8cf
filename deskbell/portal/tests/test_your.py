"""The page behind a receipt's link: what it shows, to whom, and what it keeps to itself."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from deskbell.lib.clock import moved_to
from deskbell.tickets.links import link_for, revoke_links
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import note, reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.triage import set_impact
from deskbell.tickets.words import Words
from tests.town import Town, at

MONDAY = at("2026-11-23 16:50")


@pytest.fixture
def ticket(town: Town) -> Ticket:
    with moved_to(MONDAY):
        return open_for_customer("Black screen", Words("It is so dark"), requester=town.sam)


@pytest.fixture
def path(ticket: Ticket) -> str:
    return path_to(ticket)


def path_to(ticket: Ticket) -> str:
    assert ticket.requester
    return "/your/" + link_for(ticket, ticket.requester).rpartition("/your/")[2]


def shown(path: str) -> str:
    return " ".join(Client().get(path).content.decode().split())


def test_it_shows_number_subject_state_and_each_promise_in_the_districts_zone(
    ticket: Ticket, path: str
) -> None:
    with moved_to(at("2026-11-23 17:00")):
        page = shown(path)
    assert f"Request #{ticket.number}" in page and "<h1>Black screen</h1>" in page
    assert "We are working on it" in page
    assert "the rest from 7 am on Tuesday: due Tuesday 8:50 am Central." in page
    assert "(Tue, Nov 24, 9:50 am Eastern)" in page
    assert "the zone of Business hours is Eastern" in page


def test_it_shows_no_message_no_note_no_last_name_and_no_address(
    ticket: Ticket, path: str, town: Town
) -> None:
    note(ticket, Words("The proxy is ours"), by=town.eve)
    set_impact(ticket, "high", by=town.ana, reason="Their superintendent is furious")
    reply(ticket, Words("We look into it"), by=town.ana)
    page = shown(path)
    assert "Ana replied" in page
    for secret in ("so dark", "proxy", "furious", "look into", "Alvarez", "Soto", "@", "Eve"):
        assert secret not in page


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("open", "We are working on it"),
        ("pending", "We wait for your answer"),
        ("waiting", "We wait for someone else"),
        ("solved", "Solved"),
    ],
)
def test_each_state_is_said_in_plain_words(
    ticket: Ticket, path: str, town: Town, state: str, said: str
) -> None:
    reply(ticket, Words("Hello"), by=town.ana)
    set_state(ticket, state, by=town.ana)
    assert f"<h2>{said}</h2>" in shown(path)


def test_it_speaks_spanish_to_whoever_asks_for_it(ticket: Ticket, path: str, town: Town) -> None:
    reply(ticket, Words("Hello"), by=town.ana)
    asked = Client().get(path, headers={"accept-language": "es-MX,es;q=0.9"}).content.decode()
    chosen = Client().get(f"{path}?lang=es").content.decode()
    for page in (asked, chosen):
        assert '<html lang="es"' in page and "Estamos en ello" in page
        assert "Prometimos una primera respuesta en 4 horas hábiles" in page
        assert "Ana respondió" in page and "hora del Centro" in page
        assert 'href="?lang=en"' in page and "clocks.pdf?lang=es" in page
    assert "We promised" in Client().get(f"{path}?lang=en").content.decode()


def test_the_document_is_in_english_unless_another_language_is_asked_for(path: str) -> None:
    texts = [
        "".join(page.extract_text() for page in PdfReader(io.BytesIO(made.content)).pages)
        for made in (Client().get(f"{path}/clocks.pdf{asked}") for asked in ("", "?lang=es"))
    ]
    assert "What happened" in texts[0]
    assert "Qué pasó" in texts[1] and "horas hábiles" in texts[1] and "Zona horaria" in texts[1]
    assert "What happened" not in texts[1]


def test_nobody_else_finds_it_keeps_it_or_hears_of_it(path: str) -> None:
    for address in (path, f"{path}/clocks.pdf"):
        answer = Client().get(address)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer.cookies == {}


def test_another_tickets_link_a_wrong_and_a_revoked_one_show_nothing(
    ticket: Ticket, path: str, town: Town
) -> None:
    other = open_for_customer("Of the other district", Words("x"), requester=town.tess)
    assert "Of the other district" not in shown(path)
    assert "Black screen" not in shown(path_to(other))
    revoke_links(ticket, by=town.ana)
    for address in (path, f"{path}/clocks.pdf", path[:-1], "/your/x"):
        assert Client().get(address).status_code == 404


def test_nothing_is_changed_there_and_a_mail_scanner_may_ask_for_the_head(path: str) -> None:
    assert Client().post(path).status_code == 405
    assert Client().head(path).status_code == 200


def test_a_hostile_subject_stays_text(town: Town) -> None:
    ticket = open_for_customer("<script>alert(1)</script>", Words("x"), requester=town.tess)
    page = shown(path_to(ticket))
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


def test_the_document_is_the_customers_own(ticket: Ticket, path: str, town: Town) -> None:
    reply(ticket, Words("We look into it"), by=town.ana)
    answer = Client().get(f"{path}/clocks.pdf")
    pages = PdfReader(io.BytesIO(answer.content)).pages
    text = " ".join("".join(page.extract_text() for page in pages).split())
    assert f"The promises on ticket #{ticket.number}" in text and "Ana replied" in text
    assert "Alvarez" not in text and "deskbell" not in text


def test_a_page_costs_the_same_however_long_the_story_is(
    ticket: Ticket, path: str, town: Town, django_assert_num_queries: Any
) -> None:
    shown(path)
    with django_assert_num_queries(4):
        shown(path)
    for _ in range(5):
        reply(ticket, Words("An update"), by=town.ana)
    with django_assert_num_queries(4):
        shown(path)
