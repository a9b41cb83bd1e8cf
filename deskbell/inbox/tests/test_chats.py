"""The page of chats: who waits and with what, taking one by a press, and what every open page is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.chat import giving, takers
from deskbell.chat.models import QueueRules, Visit, Wait
from deskbell.chat.queue import accept
from deskbell.chat.saying import say
from deskbell.chat.visitors import meet
from deskbell.inbox import drawing
from deskbell.inbox.tests.conftest import ClientOf
from deskbell.lib.clock import moved_to
from deskbell.lib.remembering import remembering
from deskbell.mail.models import OutboundMail
from deskbell.people.models import Team
from deskbell.realtime.models import LiveEvent
from deskbell.tickets.chatting import end_live
from deskbell.tickets.identifying import identify
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Category, Ticket
from deskbell.tickets.replying import note, reply
from deskbell.tickets.triage import set_impact
from deskbell.tickets.words import Words
from tests.town import Town, at

Chats = Callable[..., Visit]
WHERE: dict[str, str] = {
    "page": "https://portal.northvalley.example/apps",
    "browser": "Chrome 141 on ChromeOS",
}


@pytest.fixture
def a_chat(town: Town) -> Chats:
    def begun(words: str = "My screen is black", **more: Any) -> Visit:
        visitor, _ = meet(zone="America/Chicago")
        say(visitor, words, client_id="first-message", **(WHERE | more))
        return Visit.objects.get(visitor=visitor)

    return begun


def text_of(browser: Client, path: str = "/inbox/chats") -> str:
    return browser.get(path).content.decode()


def told(topic: str, name: str) -> list[str]:
    rows = LiveEvent.objects.filter(topic=topic, name=name).order_by("id")
    return list(rows.values_list("data", flat=True))


def test_who_waits_stands_there_with_the_time_the_page_and_the_browser(
    browser: Client, a_chat: Chats, town: Town
) -> None:
    visit = a_chat()
    identify(visit.ticket, town.tess)
    page = text_of(browser)
    assert f'id="chat-{visit.pk}"' in page
    for words in (
        "Tess Turner",
        "North Valley",
        "My screen is black",
        "portal.northvalley.example/apps",
        "Chrome 141 on ChromeOS",
        "Take it",
        f'<time-waited since="{visit.waits.get().since.isoformat()}">',
        "First reply",
    ):
        assert words in page, words


def test_nothing_that_a_visitor_says_is_markup(browser: Client, a_chat: Chats) -> None:
    a_chat("<script>alert(1)</script>", page='https://x.example/"><script>alert(2)</script>')
    visit = Visit.objects.get()
    for path in ("/inbox/chats", f"/tickets/{visit.ticket_id}"):
        assert "<script>alert" not in text_of(browser, path)
    assert "<script>alert" not in "".join(told("chats", "chat"))


def test_a_page_of_an_address_that_is_none_is_no_link(browser: Client, a_chat: Chats) -> None:
    visit = a_chat(page="javascript:alert(1)")
    assert visit.page == ""
    assert "javascript:" not in text_of(browser, f"/tickets/{visit.ticket_id}")


def test_taking_it_leads_to_its_ticket(browser: Client, a_chat: Chats, town: Town) -> None:
    visit = a_chat()
    answer = browser.post(f"/inbox/chats/{visit.pk}/acceptance")
    assert answer["Location"] == f"/tickets/{visit.ticket_id}"
    assert Ticket.objects.get().assignee == town.ana
    by_htmx = browser.post(f"/inbox/chats/{visit.pk}/acceptance", headers={"HX-Request": "true"})
    assert (by_htmx.status_code, by_htmx["HX-Redirect"]) == (204, f"/tickets/{visit.ticket_id}")


def test_the_second_one_reads_who_was_first(
    browser: Client, client_of: ClientOf, a_chat: Chats, town: Town
) -> None:
    visit = a_chat()
    accept(visit, by=town.ben)
    answer = browser.post(f"/inbox/chats/{visit.pk}/acceptance", headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "Ben Baker took this chat a moment ago" in answer.content.decode()


def test_every_open_page_is_told_and_the_line_goes_when_it_is_over(
    a_chat: Chats, town: Town
) -> None:
    visit = a_chat()
    assert 'data-waits="yes"' in told("chats", "chat")[-1]
    assert told(f"agent:{town.ben.pk}", "waiting")[-1] == "1"
    reply(visit.ticket, Words("Which room?"), by=town.ana)
    line = told("chats", "chat")[-1]
    assert 'data-waits="no"' in line and f'data-agent="{town.ana.pk}"' in line
    assert told(f"agent:{town.ben.pk}", "waiting")[-1] == "0"
    end_live(visit.ticket, why="gone")
    assert told("chats", "chat")[-1] == f'<li id="chat-{visit.pk}" data-gone></li>'


def test_more_words_before_an_answer_change_the_words_of_a_line_alone(
    a_chat: Chats, town: Town
) -> None:
    visit = a_chat()
    lines = len(told("chats", "chat"))
    say(visit.visitor, "Anyone? <b>", client_id="second-message")
    assert len(told("chats", "chat")) == lines
    assert json.loads(told("chats", "said")[-1]) == {"id": visit.pk, "text": "Anyone? <b>"}
    reply(visit.ticket, Words("Which room?"), by=town.ana)
    say(visit.visitor, "Room 214", client_id="third-message")  # a clock begins: the line says so
    assert "Room 214" in told("chats", "chat")[-1] and "Next reply" in told("chats", "chat")[-1]


def test_an_internal_note_stands_on_no_line(a_chat: Chats, town: Town) -> None:
    visit = a_chat()
    note(visit.ticket, Words("SECRET"), by=town.ben)
    assert "SECRET" not in "".join(told("chats", "chat"))


def test_a_ring_reaches_the_open_desk_with_a_sound_and_the_lead_by_mail(
    a_chat: Chats, town: Town
) -> None:
    Team.objects.get(name="Support").agents.set([town.ben])
    with moved_to(at("2026-11-19 09:00")):
        a_chat()
    with moved_to(at("2026-11-19 09:02")):
        giving.step()
    assert '"rings": true' in told(f"agent:{town.ben.pk}", "notice")[-1]
    assert not OutboundMail.objects.exists()
    with moved_to(at("2026-11-19 09:04")):
        giving.step()
    assert [mail.to_address for mail in OutboundMail.objects.all()] == ["max@desk.example"]
    assert "Rang the lead" in told("chats", "chat")[-1]


def test_many_chats_ask_no_more_than_one(browser: Client, a_chat: Chats, town: Town) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            text_of(browser)
        return len(asked)

    identify(a_chat().ticket, town.tess)
    accept(a_chat("Another"), by=town.ben)
    few = queries()
    for number in range(6):
        identify(a_chat(f"Number {number}").ticket, town.tess)
    assert queries() == few


def test_saying_that_one_takes_chats_and_a_sign_of_life(browser: Client, town: Town) -> None:
    assert "inbox/here" not in text_of(browser, "/inbox")
    browser.post("/inbox/chats/taking", {"taking": "yes"})
    assert [taker.agent for taker in takers.here()] == [town.ana]
    assert "inbox/here" in text_of(browser, "/inbox")
    assert "Ana Alvarez" in told("chats", "takers")[-1]
    assert browser.post("/inbox/chats/presence").status_code == 204
    browser.post("/inbox/chats/taking", {"taking": "no"})
    assert not takers.here()


def test_a_chat_becomes_a_ticket_with_category_and_impact(
    browser: Client, a_chat: Chats, town: Town
) -> None:
    visit = a_chat()
    form = {"category": Category.BILLING, "impact": "low"}
    answer = browser.post(f"/inbox/chats/{visit.pk}/ticket", form)
    assert answer["Location"] == f"/tickets/{visit.ticket_id}"
    ticket = Ticket.objects.get()
    assert (ticket.live, ticket.category, ticket.impact) == (False, Category.BILLING, "low")
    assert Wait.objects.get().end == Wait.End.DONE
    page = text_of(browser, f"/tickets/{ticket.number}")
    assert "Ana Alvarez made it a ticket, about Billing support" in page
    again = browser.post(f"/inbox/chats/{visit.pk}/ticket", form)
    assert "This is a ticket already" in again.content.decode()


def test_handing_over_by_the_form(browser: Client, a_chat: Chats, town: Town) -> None:
    visit = a_chat()
    form = {"to": f"agent-{town.ben.pk}", "note": "Roster again"}
    assert browser.post(f"/inbox/chats/{visit.pk}/handover", form)["Location"] == "/inbox/chats"
    assert Ticket.objects.get().assignee == town.ben
    nobody = browser.post(f"/inbox/chats/{visit.pk}/handover", {"to": "agent-x", "note": "?"})
    assert nobody.status_code == 404


def test_the_strip_names_ones_own_chats_and_what_waits_in_them(
    browser: Client, a_chat: Chats, town: Town
) -> None:
    visit = a_chat()
    assert text_of(browser, "/inbox/chats/mine").strip() == ""
    accept(visit, by=town.ana)
    assert "waits for an answer" in text_of(browser, "/inbox/chats/mine")
    reply(visit.ticket, Words("Which room?"), by=town.ana)
    strip = text_of(browser, "/inbox/chats/mine")
    assert "My screen is black" in strip and "waits for an answer" not in strip


def test_managers_set_the_rules(client_of: ClientOf, browser: Client, town: Town) -> None:
    form = {
        "automatic": "no",
        "most_at_once": "5",
        "passed_on_after": "30",
        "team_rings_after": "60",
        "lead_rings_after": "120",
    }
    assert "Managers and administrators" in text_of(browser, "/inbox/chats/rules")
    assert client_of(town.max.person).post("/inbox/chats/rules/change", form).status_code == 302
    assert QueueRules.objects.get().most_at_once == 5
    assert "Nobody is given a chat" in text_of(browser)


def test_a_chats_row_is_told_as_it_would_be_if_it_were_read_again(
    a_chat: Chats, town: Town
) -> None:
    """For words in a chat the ticket and its clocks are drawn as the desk has them in hand."""
    visit = a_chat()
    reply(visit.ticket, Words("Is the cable in?"), by=town.ana)
    set_impact(visit.ticket, Impact.HIGH, by=town.ana)
    with remembering():
        say(visit.visitor, "It is in", client_id="second-message")
    kept = Ticket.objects.with_people().select_related("standing").get(pk=visit.ticket_id)
    assert told("inbox", "row")[-1] == drawing.row(kept)
    assert "Next reply" in drawing.row(kept)
