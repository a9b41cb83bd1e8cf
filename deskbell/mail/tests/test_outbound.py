"""What the team says in public reaches the customer, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import transaction

from deskbell.lib import files, telling
from deskbell.mail.models import OutboundMail, RawMail
from deskbell.mail.outbound import MailMoved
from deskbell.mail.tests.conftest import SUPPORT, Letter, plain
from deskbell.people.notices import notify
from deskbell.tickets.chatting import begin_live
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_by_agent
from deskbell.tickets.replying import note, reply
from deskbell.tickets.words import File, Words
from tests.town import Town

Arrive = Callable[..., RawMail]
Sent = Callable[[], list[EmailMessage]]


@pytest.fixture
def ticket(town: Town, letter: Letter, arrive: Arrive) -> Ticket:
    arrive(letter(message_id="<first@northvalley.example>"))
    return Ticket.objects.get()


def test_an_agents_reply_reaches_the_customer_in_the_same_thread(
    town: Town, ticket: Ticket, sent: Sent
) -> None:
    reply(ticket, Words("Have you tried\nto <reboot>?\n\nAna"), by=town.ana)
    receipt, mail = sent()

    assert mail["From"] == f"Ana at Support <{SUPPORT}>"
    assert mail["To"] == "Tess Turner <tess@northvalley.example>"
    assert mail["Subject"] == f"Re: Black screen [#{ticket.number}]"
    assert mail["In-Reply-To"] == "<first@northvalley.example>"
    assert mail["References"].split() == ["<first@northvalley.example>", receipt["Message-ID"]]
    assert mail["Message-ID"].endswith("@deskbell.localhost>")
    assert mail["Auto-Submitted"] is None
    assert plain(mail).startswith("Have you tried\nto <reboot>?\n\nAna\n")
    html = mail.get_body(("html",))
    assert html and "to &lt;reboot&gt;?" in html.get_content()


def test_the_next_reply_answers_the_customers_latest_mail(
    town: Town, ticket: Ticket, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    reply(ticket, Words("Try again?"), by=town.ana)
    earlier = sent()[-1]["Message-ID"]
    arrive(letter("Still dark", message_id="<second@x>", in_reply_to=earlier))
    reply(ticket, Words("Hm."), by=town.ben)
    mail = sent()[-1]

    assert mail["In-Reply-To"] == "<second@x>"
    assert mail["References"].split()[0] == "<first@northvalley.example>"
    assert mail["References"].split()[-1] == "<second@x>" and earlier in mail["References"]


def test_a_note_never_leaves_the_desk(town: Town, ticket: Ticket, sent: Sent) -> None:
    note(ticket, Words("The customer is difficult"), by=town.ana)

    assert len(sent()) == 1  # the receipt
    assert not OutboundMail.objects.filter(text__contains="difficult").exists()


def test_the_customers_own_words_are_not_sent_back(
    ticket: Ticket, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    arrive(letter("More", in_reply_to="<first@northvalley.example>"))

    assert [m["Auto-Submitted"] for m in sent()] == ["auto-replied"]


def test_a_ticket_that_an_agent_opens_reaches_the_customer(town: Town, sent: Sent) -> None:
    open_by_agent(
        "News", Words("We moved"), by=town.ana, requester=town.tess, customers_words=False
    )
    (mail,) = sent()

    assert mail["Subject"].startswith("News [#")
    assert mail["In-Reply-To"] is None and plain(mail).startswith("We moved")


def test_a_reply_into_a_live_chat_is_not_mailed(town: Town, ticket: Ticket, sent: Sent) -> None:
    begin_live(ticket, visitor=town.tess)
    reply(ticket, Words("I am here"), by=town.ana)

    assert len(sent()) == 1


def test_nobody_writes_to_someone_without_an_address(
    town: Town, ticket: Ticket, sent: Sent
) -> None:
    town.tess.email = None
    town.tess.save()
    reply(Ticket.objects.get(), Words("Hello?"), by=town.ana)

    assert OutboundMail.objects.filter(kind="reply").count() == 0


def test_the_desk_never_writes_to_itself(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    arrive(letter(**{"from": SUPPORT}))
    reply(Ticket.objects.get(), Words("Hello?"), by=town.ana)

    assert not OutboundMail.objects.exists()


def test_files_of_a_reply_go_along(town: Town, ticket: Ticket, sent: Sent) -> None:
    file = File("näme.txt", "text/plain", 5, files.keep(b"hello"))
    reply(ticket, Words("See the file", files=(file,)), by=town.ana)
    (attached,) = sent()[-1].iter_attachments()

    assert isinstance(attached, EmailMessage)
    assert (attached.get_filename(), attached.get_payload(decode=True)) == ("näme.txt", b"hello")


def test_a_subject_cannot_smuggle_in_a_header(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    arrive(letter(subject="=?utf-8?q?Dark=0D=0ABcc:_evil=40x.example?="))
    (mail,) = sent()

    assert mail["Bcc"] is None and "Bcc: evil@x.example" in mail["Subject"]


def test_the_desk_hears_of_each_move_of_a_mail(
    town: Town, ticket: Ticket, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved: list[str] = []
    heard: Any = {MailMoved: [lambda fact: moved.append(f"{fact.mail.kind} {fact.mail.state}")]}
    monkeypatch.setattr(telling, "_live", heard)
    reply(ticket, Words("Hello"), by=town.ana)
    sent()

    assert moved == ["receipt sent", "reply sent"]  # what is queued is drawn with its message
    assert ticket.messages.order_by("-id")[0].mails.get().state == "sent"


def test_an_agents_notice_goes_by_mail_with_a_link(town: Town, sent: Sent) -> None:
    with transaction.atomic():
        notify([town.ana], "First reply is late: #8 Black screen", path="/tickets/8", urgent=True)
    (mail,) = sent()

    assert mail["To"] == "Ana Alvarez <ana@desk.example>"
    assert mail["Subject"] == "First reply is late: #8 Black screen"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "http://127.0.0.1:8000/tickets/8" in plain(mail)


def test_an_agents_absence_answered_to_a_notice_is_no_ticket(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    with transaction.atomic():
        notify([town.ana], "Late", path="/tickets/8")
    (mail,) = sent()
    away = {"auto_submitted": "auto-replied", "in_reply_to": mail["Message-ID"]}
    came = arrive(letter("Away", **away, **{"from": "ana@desk.example"}))

    assert came.state == "ignored" and not Ticket.objects.exists()
