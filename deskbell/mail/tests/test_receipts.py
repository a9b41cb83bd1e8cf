"""The receipt: a person hears what happens next, a robot hears nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest

from deskbell.lib import clock
from deskbell.mail import receipts
from deskbell.mail.models import OutboundMail, RawMail
from deskbell.mail.names import first_name
from deskbell.mail.tests.conftest import SUPPORT, Letter, plain
from deskbell.sla.models import Clock
from deskbell.tickets.following import followers_of
from deskbell.tickets.links import ticket_by_link
from deskbell.tickets.models import Channel, Ticket
from deskbell.tickets.opening import open_by_agent, open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town, at

Arrive = Callable[..., RawMail]
Sent = Callable[[], list[EmailMessage]]


def test_the_receipt_says_who_answers_and_by_when_in_the_districts_zone(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    friday = at("2026-11-27 18:30")  # half an hour of 4 h is left until Monday, 8 am
    with clock.moved_to(friday):
        arrive(letter(), received_at=friday)
        arrive(letter(**{"from": "sam@southridge.example"}), received_at=friday)
        eastern, central = sent()

    number = Ticket.objects.get(requester=town.tess).number
    assert eastern["Subject"] == f"Re: Black screen [#{number}]"
    assert eastern["To"] == "Tess Turner <tess@northvalley.example>"
    assert eastern["From"] == f"Support <{SUPPORT}>"
    assert eastern["Auto-Submitted"] == "auto-replied"
    assert "Hello Tess," in plain(eastern) and f"#{number}" in plain(eastern)
    assert "by Monday, November 30 at 11:30 am Eastern Time" in plain(eastern)
    assert "by Monday, November 30 at 10:30 am Central Time" in plain(central)
    html = eastern.get_body(("html",))
    assert html and "Monday, November 30 at 11:30 am Eastern Time" in html.get_content()


def test_the_receipt_leads_to_a_page_of_its_own_ticket(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    arrive(letter())
    (receipt,) = sent()
    html = receipt.get_body(("html",))
    (token,) = re.findall(r"http://127.0.0.1:\d+/your/([\w-]{43})\s", plain(receipt))

    assert ticket_by_link(token) == Ticket.objects.get()
    assert html and f"/your/{token}" in html.get_content()


def test_the_receipt_lies_in_the_customers_thread(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    arrive(letter(message_id="<first@northvalley.example>", subject="RE: Fwd: Black [#7] screen"))
    (receipt,) = sent()

    assert receipt["In-Reply-To"] == "<first@northvalley.example>"
    assert receipt["References"] == "<first@northvalley.example>"
    assert receipt["Subject"] == f"Re: Black screen [#{Ticket.objects.get().number}]"


def test_without_a_clock_the_receipt_promises_no_instant(town: Town) -> None:
    with clock.moved_to(at("2026-11-19 09:00")):
        ticket = open_for_customer("x", Words("y"), requester=town.tess)
    assert receipts.due_in_words(ticket, "America/New_York")
    ticket.clocks.all().delete()

    assert receipts.due_in_words(ticket, "America/New_York") == ""


ROBOTS = {
    "auto-submitted": {"auto_submitted": "auto-generated"},
    "auto-replied with a parameter": {"auto_submitted": "auto-replied; owner-email=x@y.example"},
    "precedence bulk": {"precedence": "bulk"},
    "a list": {"list_id": "<teachers.example>"},
    "a daemon": {"from": "MAILER-DAEMON@mail.example"},
    "an address that nobody reads": {"from": "no-reply@vendor.example"},
    "the desk itself": {"from": SUPPORT},
}


@pytest.mark.parametrize("fields", ROBOTS.values(), ids=list(ROBOTS))
def test_no_receipt_answers_a_robot(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent, fields: dict[str, str]
) -> None:
    came = arrive(letter(**fields))

    assert came.state == "taken" and sent() == []


def test_a_teacher_who_writes_through_a_group_waits_for_an_answer_but_gets_no_receipt_k1(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    group = {"list_id": "<teachers.northvalley.example>", "cc": "teachers@northvalley.example"}
    came = arrive(letter(**group))
    assert came.message and sent() == []
    assert Clock.objects.get(ticket=came.message.ticket).metric == "first_reply"
    assert followers_of(came.message.ticket) == []

    news = arrive(letter(**{"from": "news@vendor.example"}, list_id="<news.vendor.example>"))
    assert news.message and not Clock.objects.filter(ticket=news.message.ticket).exists()


def test_the_null_sender_gets_no_receipt(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    arrive(letter(), sender="")

    assert sent() == []


@pytest.mark.parametrize(
    "fields",
    [{"auto_submitted": "no"}, {"x_auto_response_suppress": "All"}, {"precedence": "normal"}],
)
def test_a_person_whose_program_sets_odd_headers_does_get_one(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent, fields: dict[str, str]
) -> None:
    arrive(letter(**fields))

    assert len(sent()) == 1


def test_there_is_one_receipt_a_ticket_and_five_an_hour_for_a_sender(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    for _ in range(7):
        arrive(letter())
    assert len(sent()) == 5

    with clock.moved_to(clock.now() + timedelta(minutes=61)):
        arrive(letter())
        assert len(sent()) == 6
    arrive(letter(in_reply_to=sent()[0]["Message-ID"]))
    assert len(sent()) == 6


def test_two_desks_that_point_at_each_other_fall_silent(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    """Zammad #3022, osTicket #1041: ping-pong without an end."""
    arrive(letter(**{"from": "help@other-desk.example"}))
    (ours,) = sent()
    # The other desk, being one of ours, reads our receipt as we would, and opens a silent ticket.
    theirs = ours.as_bytes().replace(SUPPORT.encode(), b"help@other-desk.example")
    theirs = theirs.replace(ours["Message-ID"].encode(), b"<1@other-desk.example>")
    arrive(theirs)

    assert len(sent()) == 1


def test_a_call_taken_down_and_a_chat_get_no_receipt(town: Town, sent: Sent) -> None:
    open_by_agent("Call", Words("Dark"), by=town.ana, requester=town.tess, customers_words=True)
    open_for_customer(
        "Chat", Words("Hi", door=Channel.CHAT), requester=town.tess, channel=Channel.CHAT
    )

    assert sent() == []


def test_the_make_believe_town_gets_no_mail(town: Town, sent: Sent) -> None:
    town.tess.demo = True
    open_for_customer("Dark", Words("Dark"), requester=town.tess)

    assert not OutboundMail.objects.exists()


@pytest.mark.parametrize(
    ("instant", "zone", "words"),
    [
        ("2026-11-30 12:00", "America/New_York", "Monday, November 30 at 12:00 pm Eastern Time"),
        ("2026-11-30 00:05", "America/New_York", "Monday, November 30 at 12:05 am Eastern Time"),
        ("2026-11-30 00:05", "America/Los_Angeles", "Sunday, November 29 at 9:05 pm Pacific Time"),
        ("2026-07-01 09:00", "Europe/Berlin", "Wednesday, July 1 at 3:00 pm Berlin time"),
    ],
)
def test_an_instant_is_said_as_people_say_it(instant: str, zone: str, words: str) -> None:
    assert receipts.in_words(at(instant), zone) == words


@pytest.mark.parametrize(
    ("name", "greeting"),
    [("Tess Turner", "Tess"), ("Turner, Tess", ""), ("", ""), ("tess@x.example", "")],
)
def test_the_greeting_uses_a_first_name_only_if_that_is_what_it_is(
    name: str, greeting: str
) -> None:
    assert first_name(name) == greeting
