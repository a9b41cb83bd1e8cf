"""How clocks came about, on the agents' screens: from the chip, as a dialog, as a page, as evidence."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from deskbell.lib.clock import moved_to
from deskbell.tickets.links import has_links, link_for
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import hear, reply
from deskbell.tickets.words import Words
from tests.town import Town, at

NOW = at("2026-11-24 12:00")


@pytest.fixture
def ticket(town: Town) -> Ticket:
    with moved_to(at("2026-11-23 16:50")):
        ticket = open_for_customer("Black <b>screen</b>", Words("Dark"), requester=town.tess)
    with moved_to(at("2026-11-24 08:40")):
        reply(ticket, Words("On it"), by=town.ana)
    return ticket


def got(browser: Client, path: str, **headers: str) -> str:
    with moved_to(NOW):
        answer = browser.get(path, headers=headers)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_each_chip_leads_to_its_explanation(browser: Client, ticket: Ticket) -> None:
    page = got(browser, f"/tickets/{ticket.number}")
    for clock in ("periodic_update/1", "first_reply/1"):  # one that runs, one that has ended
        assert f'href="/tickets/{ticket.number}/clocks/{clock}"' in page


def test_the_page_says_it_in_a_sentence_a_drawing_and_a_list(
    browser: Client, ticket: Ticket
) -> None:
    page = got(browser, f"/tickets/{ticket.number}/clocks/first_reply/1")
    assert '<svg class="bar"' in page and 'role="img"' in page
    assert "Ana Alvarez replied Tuesday 8:40 am Eastern, after 2 h 50 min: kept." in page
    assert "Mon, Nov 23, 4:50 pm to 7:00 pm" in page and "+ 2 h 10 min" in page
    assert "Normal impact: 4 h of Business hours, by Standard Support, version 1" in page
    assert "All times are Eastern." in page
    assert " style=" not in page  # the policy of the pages forbids it


def test_the_dialog_is_the_same_without_the_frame(browser: Client, ticket: Ticket) -> None:
    path = f"/tickets/{ticket.number}/clocks/first_reply/1"
    inside = got(browser, path, HX_Request="true")
    assert "<html" not in inside and "Ana Alvarez replied Tuesday" in inside
    for address in (path, f"{path}.pdf", f"{path}.png"):
        assert f'href="{address}"' in inside


def test_a_reader_elsewhere_sees_both_zones(browser: Client, ticket: Ticket, town: Town) -> None:
    town.ana.person.zone = "America/Los_Angeles"
    town.ana.person.save()
    page = got(browser, f"/tickets/{ticket.number}/clocks/first_reply/1")
    assert "Tue, Nov 24, 6:50 am Pacific" in page
    assert "(Tue, Nov 24, 9:50 am Eastern)" in page
    assert "below them the same in Eastern, the zone of Business hours" in page


def test_all_clocks_of_a_ticket_are_on_one_page(browser: Client, ticket: Ticket) -> None:
    page = got(browser, f"/tickets/{ticket.number}/clocks")
    assert page.count('<article class="explained"') == 2
    assert "Black &lt;b&gt;screen&lt;/b&gt;" in page


def test_a_ticket_without_promises_says_what_starts_one(browser: Client, town: Town) -> None:
    robot = open_for_customer("Undelivered", Words("x", automatic=True), requester=town.tess)
    assert "Nothing has been promised" in got(browser, f"/tickets/{robot.number}/clocks")


@pytest.mark.parametrize(
    "clock", ["first_reply/2", "nonsense/1", "take_over/1", "first_reply/1.exe"]
)
@pytest.mark.parametrize("form", ["", ".pdf", ".png"])
def test_a_clock_that_is_not_there_is_not_found(
    browser: Client, ticket: Ticket, clock: str, form: str
) -> None:
    assert browser.get(f"/tickets/{ticket.number}/clocks/{clock}{form}").status_code == 404


@pytest.mark.parametrize(
    ("path", "name", "kind"),
    [
        ("clocks.pdf", "clocks-{}.pdf", "application/pdf"),
        ("clocks/first_reply/1.pdf", "clock-{}-first_reply-1.pdf", "application/pdf"),
        ("clocks/first_reply/1.png", "clock-{}-first_reply-1.png", "image/png"),
    ],
)
def test_it_can_be_saved_as_evidence(
    browser: Client, ticket: Ticket, path: str, name: str, kind: str
) -> None:
    answer = browser.get(f"/tickets/{ticket.number}/{path}")
    assert answer["Content-Type"] == kind
    saved_as = name.format(ticket.number)
    assert answer["Content-Disposition"] == f'attachment; filename="{saved_as}"'
    assert answer["Cache-Control"] == "no-store"
    assert answer.content[:5] in {b"%PDF-", b"\x89PNG\r"}


def test_the_customers_link_can_be_taken_back_on_the_ticket(
    browser: Client, ticket: Ticket, town: Town
) -> None:
    link_for(ticket, town.tess)
    path = f"/tickets/{ticket.number}"
    assert "Take the link back" in got(browser, path)
    changed = browser.post(f"{path}/links/revocation", headers={"HX-Request": "true"})
    assert 'id="facts"' in changed.content.decode()
    assert not has_links(ticket)
    assert "Take the link back" not in got(browser, path)


def test_a_page_costs_the_same_however_long_the_story_is(
    browser: Client, ticket: Ticket, town: Town, django_assert_num_queries: Any
) -> None:
    path = f"/tickets/{ticket.number}/clocks"
    got(browser, path)
    with django_assert_num_queries(QUERIES):
        got(browser, path)
    for _ in range(5):
        hear(ticket, Words("Well?"), author=town.tess)
        reply(ticket, Words("Soon"), by=town.ana)
    with django_assert_num_queries(QUERIES):
        browser.get(path)


QUERIES = 12
