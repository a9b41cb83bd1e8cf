"""The mean first reply of the chats begun in business hours, in covered time, with every line of it (P3)."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.lib.clock import moved_to
from deskbell.reports.response import Response, measured, usual_minutes
from deskbell.reports.response_page import page
from deskbell.tickets.models import Channel, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import note, reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.words import Words
from tests.town import Town, at

MINUTE = timedelta(minutes=1)


def chat(town: Town, when: str, answered: str = "") -> Ticket:
    with moved_to(at(when)):
        words = Words("My <b>screen</b> is black", door=Channel.CHAT)
        ticket = open_for_customer(
            "A <chat>", words, requester=town.tess, channel=Channel.CHAT, live=True
        )
    if answered:
        with moved_to(at(answered)):
            reply(ticket, Words("Which room?", door=Channel.CHAT), by=town.ana)
    return ticket


def on_friday(demo: bool = False) -> Response:
    with moved_to(at("2026-11-20 12:00")):
        return measured(at("2026-11-16 00:00"), at("2026-11-20 12:00"), demo=demo)


def test_the_mean_is_that_of_the_answered_in_covered_time_p3(town: Town) -> None:
    chat(town, "2026-11-19 09:00", "2026-11-19 09:02")
    chat(town, "2026-11-19 18:58", "2026-11-20 08:04")  # two minutes today, four tomorrow
    found = on_friday()
    assert [line.took for line in found.lines] == [6 * MINUTE, 2 * MINUTE]
    assert (found.mean, found.middle, found.promised) == (4 * MINUTE, 4 * MINUTE, 5 * MINUTE)
    assert found.share_within == 0.5


def test_what_began_outside_of_business_hours_counts_not(town: Town) -> None:
    chat(town, "2026-11-18 22:00", "2026-11-19 08:01")
    chat(town, "2026-11-14 12:00", "2026-11-16 08:01")
    assert on_friday().lines == []


def test_a_mail_is_no_chat_and_the_town_is_no_desk(town: Town) -> None:
    with moved_to(at("2026-11-19 09:00")):
        open_for_customer("A mail", Words("Hello"), requester=town.tess)
    make_believe = chat(town, "2026-11-19 09:00", "2026-11-19 09:01")
    Ticket.objects.filter(pk=make_believe.pk).update(demo=True)
    assert on_friday().lines == []
    assert len(on_friday(demo=True).lines) == 1


def test_one_that_waits_is_late_when_its_time_is_over_and_not_before(town: Town) -> None:
    chat(town, "2026-11-20 11:57")
    found = on_friday()
    assert (found.mean, found.share_within) == (None, None)
    chat(town, "2026-11-20 11:54")
    found = on_friday()
    assert [line.is_late for line in found.lines] == [False, True]
    assert (found.mean, found.share_within) == (None, 0.0)


def test_a_note_answers_nobody_and_an_unanswered_end_is_counted_apart_k1_k14(town: Town) -> None:
    ticket = chat(town, "2026-11-19 09:00")
    with moved_to(at("2026-11-19 09:01")):
        note(ticket, Words("Hm"), by=town.ana)
        set_state(ticket, "solved", by=town.ana, unanswered=True)
    found = on_friday()
    assert (found.lines, found.unanswered) == ([], 1)


def test_the_bubble_speaks_of_it_once_five_were_answered(town: Town) -> None:
    for minute in range(5):
        with moved_to(at("2026-11-19 12:00")):
            assert usual_minutes() is None
        chat(town, f"2026-11-19 09:0{minute}", f"2026-11-19 09:0{minute + 2}")
    with moved_to(at("2026-11-19 12:00")):
        assert usual_minutes() == 2
    chat(town, "2026-11-19 09:06", "2026-11-19 09:08:30")
    with moved_to(at("2026-11-19 12:00")):
        assert usual_minutes() == 3  # never sooner than it was
    with moved_to(at("2026-12-20 12:00")):
        assert usual_minutes() is None  # that was long ago


def test_the_page_shows_the_mean_and_each_line_of_it(town: Town) -> None:
    browser = Client()
    browser.force_login(town.max.person)
    assert "No chat yet" in browser.get("/reports/response").content.decode()
    ticket = chat(town, "2026-11-19 09:00", "2026-11-19 09:02")
    with moved_to(at("2026-11-20 12:00")):
        shown = browser.get("/reports/response?days=7").content.decode()
    for words in (
        "2 min",
        "within the promised 5 min",
        "100.0 %",
        f"#{ticket.number}",
        "A &lt;chat&gt;",
    ):
        assert words in shown, words
    assert f"/tickets/{ticket.number}/clocks/first_reply/1" in shown


def test_it_spreads_by_minutes(town: Town) -> None:
    chat(town, "2026-11-19 09:00", "2026-11-19 09:01")
    chat(town, "2026-11-19 09:00", "2026-11-19 09:30")
    with moved_to(at("2026-11-20 12:00")):
        spread = page("30")["spread"]
    assert [each["count"] for each in spread] == [1, 0, 0, 0, 1]


def test_many_chats_ask_no_more_than_one(town: Town) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            on_friday()
        return len(asked)

    chat(town, "2026-11-19 09:00", "2026-11-19 09:01")
    queries()
    few = queries()
    for _ in range(4):
        chat(town, "2026-11-19 10:00", "2026-11-19 10:01")
    assert queries() == few
