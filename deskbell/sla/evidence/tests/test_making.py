"""What is kept as evidence: it names the ticket, the instants, the policy and how to check it again."""

from __future__ import annotations

import io
import struct

import pytest
from pypdf import PdfReader

from deskbell.lib.clock import moved_to
from deskbell.sla.evidence import make
from deskbell.sla.explaining import Account, Audience, account_of, one_of
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.words import Words
from tests.town import Town, at

NOW = "2026-11-24 12:00"


@pytest.fixture
def ticket(town: Town) -> Ticket:
    with moved_to(at("2026-11-23 16:50")):
        ticket = open_for_customer("Black screen", Words("Dark"), requester=town.tess)
    with moved_to(at("2026-11-24 08:40")):
        reply(ticket, Words("On it"), by=town.ana)
    return ticket


def account(ticket: Ticket, audience: Audience = Audience.AGENT, zone: str = "") -> Account:
    with moved_to(at(NOW)):
        zone = zone or "America/Chicago"
        return account_of(ticket, zone=zone, audience=audience, dated=True)


def text_of(pdf: bytes) -> str:
    """The text of a document on one line."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_document_names_ticket_instants_policy_and_how_to_check_it(ticket: Ticket) -> None:
    read = account(ticket)
    text = text_of(make(read, None, form="pdf", made_by="Max Meyer"))
    for said in (
        f"The promises on ticket #{ticket.number}",
        "Black screen",
        "Made by Max Meyer on Tue, Nov 24, 2026, 11:00 am Central, which is 2026-11-24 17:00:00 UTC.",
        "Tue, Nov 24, 2026, 8:50 am Central (Tue, Nov 24, 2026, 9:50 am Eastern)",  # due
        "Ana Alvarez replied",
        "Standard Support, version 1",
        "The policy that Deskbell begins with",
        read.versions[0].digest,
        "deskbell sla verify",
        "2 h 50 min of 4 h",
    ):
        assert said in text


def test_one_clock_alone_leaves_the_others_out(ticket: Ticket) -> None:
    read = account(ticket)
    text = text_of(make(read, one_of(read, "first_reply", 1), form="pdf", made_by="Max Meyer"))
    assert f"First reply of ticket #{ticket.number}" in text
    assert "Update 1" not in text


def test_it_is_pdf_a_with_a_title_and_no_program(ticket: Ticket) -> None:
    made = make(account(ticket), None, form="pdf", made_by="Max Meyer")
    read = PdfReader(io.BytesIO(made))
    assert read.metadata and read.metadata.title == f"The promises on ticket #{ticket.number}"
    about = read.root_object["/Metadata"].get_object().get_data().decode()  # type: ignore[union-attr]
    assert "<pdfaid:part>2</pdfaid:part>" in about
    assert b"/JavaScript" not in made and b"/Launch" not in made


def test_the_picture_is_a_png(ticket: Ticket) -> None:
    read = account(ticket)
    made = make(read, one_of(read, "first_reply", 1), form="png", made_by="Max Meyer")
    assert made.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", made[16:24])
    assert width > 800 and height > 800


def test_the_same_account_gives_the_same_bytes(ticket: Ticket) -> None:
    read = account(ticket)
    one, other = (make(read, None, form="pdf", made_by="Max Meyer") for _ in range(2))
    assert one == other


def test_a_customers_copy_tells_nothing_of_the_inside(ticket: Ticket) -> None:
    text = text_of(make(account(ticket, Audience.CUSTOMER), None, form="pdf", made_by=""))
    assert "Ana replied" in text and "Alvarez" not in text
    assert "The policy that Deskbell begins with" not in text
    assert "deskbell sla" not in text


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ('#read("/etc/passwd") = $x$ *bold* @ref', '#read("/etc/passwd") = $x$ *bold* @ref'),
        ('"); #panic(1) //', '"); #panic(1) //'),
        ("Οθόνη и экран für Zoë", "Οθόνη и экран für Zoë"),
        ("bell\x07 and \x1b[31m", "bell□ and □[31m"),
    ],
)
def test_hostile_and_foreign_subjects_are_text_and_nothing_else(
    town: Town, subject: str, shown: str
) -> None:
    ticket = open_for_customer(subject, Words("x"), requester=town.tess)
    assert shown in text_of(make(account(ticket), None, form="pdf", made_by="Max"))


def test_a_sign_that_no_font_has_becomes_a_box_and_the_document_is_made(town: Town) -> None:
    ticket = open_for_customer("Dark \U00013000 screen", Words("x"), requester=town.tess)
    text = text_of(make(account(ticket), None, form="pdf", made_by="Max"))
    assert "Dark □ screen" in text
    assert make(account(ticket), None, form="png", made_by="Max")


def test_a_ticket_without_promises_has_a_document_too(ticket: Ticket, town: Town) -> None:
    robot = open_for_customer("Undelivered", Words("x", automatic=True), requester=town.tess)
    assert f"ticket #{robot.number}" in text_of(
        make(account(robot), None, form="pdf", made_by="Max")
    )
