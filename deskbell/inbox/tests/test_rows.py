"""The lists: what they show, in which order, at which cost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.inbox.finding.asking import PAGE
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.tickets.assigning import assign
from deskbell.tickets.models import State, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.triage import set_impact
from deskbell.tickets.words import Words
from tests.town import Town


def write(town: Town, subject: str, *, minutes_ago: int = 0, impact: str = "normal") -> Ticket:
    with moved_to(clock.now() - timedelta(minutes=minutes_ago)):
        ticket = open_for_customer(subject, Words("Please help"), requester=town.tess)
        return set_impact(ticket, impact, by=town.max)


def shown(browser: Client, view: str = "open", page: int = 1) -> list[str]:
    """The subjects of a list, from top to bottom."""
    html = browser.get(f"/inbox?view={view}&page={page}").content.decode()
    return re.findall(r'class="row-subject"[^>]*>([^<]*)<', html)


def test_whoever_must_be_answered_next_stands_first(town: Town, browser: Client) -> None:
    write(town, "a question", impact="low")
    write(town, "it is down", impact="urgent")
    write(town, "it was down before", impact="urgent", minutes_ago=30)
    waits = write(town, "we wait for them")
    reply(waits, Words("Which model is it?"), by=town.ben)
    set_state(waits, State.PENDING, by=town.ben)
    assert shown(browser) == [
        "it was down before",
        "it is down",
        "a question",
        "we wait for them",
    ]


def test_each_list_shows_its_own(town: Town, browser: Client) -> None:
    write(town, "no one's")
    assign(write(town, "mine"), town.ana, by=town.ben)
    assign(write(town, "his"), town.ben, by=town.ben)
    set_state(write(town, "done"), State.SOLVED, by=town.ben, unanswered=True)
    assert sorted(shown(browser)) == ["his", "mine", "no one&#39;s"]
    assert shown(browser, "mine") == ["mine"]
    assert shown(browser, "unassigned") == ["no one&#39;s"]
    assert shown(browser, "solved") == ["done"]
    assert shown(browser, "no-such-list") == shown(browser)


def test_a_list_costs_the_same_however_long_it_is(town: Town, browser: Client) -> None:
    write(town, "first")
    browser.get("/inbox")
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.get("/inbox")
    for number in range(12):
        reply(write(town, f"number {number}"), Words("We look"), by=town.ben)
    with CaptureQueriesContext(connection) as many:
        assert len(shown(browser)) == 13
    assert len(many) == len(few)


def test_a_long_list_goes_on_on_the_next_page_without_a_gap(town: Town, browser: Client) -> None:
    Ticket.objects.bulk_create(
        Ticket(
            subject=f"number {number:02}",
            channel="mail",
            created_at=clock.now(),
            updated_at=clock.now(),
        )
        for number in range(PAGE + 2)
    )
    first, second = shown(browser), shown(browser, page=2)
    assert (len(first), len(second)) == (PAGE, 2)
    assert len({*first, *second}) == PAGE + 2
    assert shown(browser, page=99999) == []


def test_a_row_says_everything_without_colors(town: Town, browser: Client) -> None:
    assign(write(town, "Black screen", impact="urgent"), town.ben, by=town.ben)
    row = browser.get("/inbox").content.decode().split('<li class="row"')[1].split("</li>")[0]
    text = " ".join(re.sub(r"<[^>]+>", " ", row).split())
    for word in ["Urgent", "Black screen", "Tess Turner", "North Valley", "First reply", "left"]:
        assert word in text
    for word in ["Open", "Ben Baker", "just now"]:
        assert word in text


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("open", "support@deskbell.localhost"),
        ("mine", "Take a ticket from"),
        ("unassigned", "Every open ticket has someone"),
        ("solved", "stay here for 14 days"),
    ],
)
def test_an_empty_list_says_what_comes_next(view: str, words: str, browser: Client) -> None:
    answer = browser.get(f"/inbox?view={view}").content.decode()
    assert words in answer
    assert 'id="empty" hidden' not in answer


def test_what_strangers_write_is_text_in_the_list(town: Town, browser: Client) -> None:
    town.tess.name = '"><img src=x onerror=alert(1)>'
    town.tess.save()
    write(town, "<script>alert(1)</script>")
    html = browser.get("/inbox").content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;alert(1)" in html
