"""From a raw mail to a ticket: exactly one, whatever happens on the way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deskbell.lib import clock, files
from deskbell.mail.inbound import quarantine, saying, taking
from deskbell.mail.inbound.apart import Reader, Unreadable
from deskbell.mail.models import RawMail, arrivals
from deskbell.mail.tests.conftest import Letter, RunningDoor
from deskbell.people import teams
from deskbell.people.models import Person, Team
from deskbell.tickets.models import Attachment, Message, Ticket
from deskbell.tickets.replying import reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.words import Words
from tests.town import Town, at

Arrive = Callable[..., RawMail]
Sent = Callable[[], list[EmailMessage]]


def test_a_mail_becomes_a_ticket_of_the_senders_district_p4(
    town: Town, letter: Letter, arrive: Arrive
) -> None:
    came = arrive(letter("It is dark\n\nin room 12"))
    ticket = Ticket.objects.get()

    assert (ticket.subject, ticket.channel, ticket.state) == ("Black screen", "mail", "open")
    assert (ticket.requester, ticket.district) == (town.tess, town.north_valley)
    assert [m.text for m in ticket.messages.all()] == ["It is dark\n\nin room 12"]
    assert came.state == "taken" and came.message == ticket.messages.get()


def test_a_mail_counts_from_when_the_desk_received_it_k13(
    town: Town, letter: Letter, arrive: Arrive
) -> None:
    received = at("2026-11-20 17:00")
    arrive(letter(date="Mon, 1 Jan 2001 00:00:00 +0000"), received_at=received)
    ticket = Ticket.objects.get()

    assert ticket.messages.get().received_at == received
    assert ticket.created_at == received
    assert ticket.clocks.get(metric="first_reply").started_at == received


def test_the_customers_answer_joins_its_ticket_and_opens_it_again(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    arrive(letter())
    ticket = Ticket.objects.get()
    reply(ticket, Words("Try again?"), by=town.ana)
    set_state(ticket, "solved", by=town.ana)
    answered = sent()[-1]

    arrive(letter("Still dark", subject="Whatever", in_reply_to=answered["Message-ID"]))

    assert Ticket.objects.get().state == "open"
    assert [m.text for m in ticket.messages.order_by("id")] == [
        "It is dark",
        "Try again?",
        "Still dark",
    ]


def test_an_answer_to_the_receipt_joins_the_ticket_too(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    arrive(letter())
    receipt = sent()[0]
    arrive(letter("One more thing", subject="x", references=f"<a@b> {receipt['Message-ID']}"))

    assert Ticket.objects.get().messages.count() == 2


def test_what_a_machine_writes_is_kept_and_starts_no_clock(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    came = arrive(letter(auto_submitted="auto-generated"))
    ticket = Ticket.objects.get()

    assert came.automatic == "auto_reply"
    assert ticket.messages.get().automatic and not ticket.clocks.exists()
    assert sent() == []


def test_out_of_office_joins_the_ticket_and_does_not_open_it_again(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    arrive(letter())
    ticket = Ticket.objects.get()
    reply(ticket, Words("Try again?"), by=town.ana)
    set_state(ticket, "pending", by=town.ana)
    answered = sent()[-1]

    arrive(
        letter(
            "I am away",
            subject="Automatic reply: Black screen",
            auto_submitted="auto-replied",
            in_reply_to=answered["Message-ID"],
        )
    )

    assert Ticket.objects.get().state == "pending"
    assert ticket.messages.order_by("id").last().automatic  # type: ignore[union-attr]


def test_a_bounce_finds_the_ticket_by_the_mail_it_brings_back(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    arrive(letter())
    receipt = sent()[0]
    report = (
        "From: MAILER-DAEMON@relay.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; relay\r\n\r\nFinal-Recipient: rfc822; tess@northvalley.example\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {receipt['Message-ID']}\r\nSubject: x\r\n\r\n--b--\r\n"
    )
    came = arrive(report.encode(), sender="")

    assert came.automatic == "bounce" and came.message is not None
    assert came.message.ticket == Ticket.objects.get() and came.message.automatic


def test_a_strangers_number_in_the_subject_opens_no_door(
    town: Town, letter: Letter, arrive: Arrive
) -> None:
    """Zammad #2444: anyone could write into a ticket by its number."""
    arrive(letter())
    number = Ticket.objects.get().number
    subject = f"Re: Black screen [#{number}]"

    arrive(letter("Let me in", subject=subject, **{"from": "sam@southridge.example"}))
    arrive(letter("Me too", subject=subject, **{"from": "someone@gmail.com"}))
    assert Ticket.objects.count() == 3

    arrive(letter("It is me", subject=subject))
    arrive(letter("I am her colleague", subject=subject, **{"from": "olivia@northvalley.example"}))
    assert Ticket.objects.get(number=number).messages.count() == 3


def test_an_agents_own_mail_is_a_note_until_its_sender_can_be_proved(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    arrive(letter())
    receipt = sent()[0]
    arrive(letter("Fixed", in_reply_to=receipt["Message-ID"], **{"from": "ana@desk.example"}))
    said = Ticket.objects.get().messages.order_by("-id")[0]

    assert not said.public and said.author == town.ana.person
    assert "can't prove" in said.text and said.text.endswith("Fixed")
    assert len(sent()) == 1


def test_a_mail_to_a_closed_ticket_opens_one_that_follows_it_and_the_next_joins_that(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    arrive(letter())
    receipt = sent()[0]["Message-ID"]
    Ticket.objects.update(state="closed")

    arrive(letter("It is back", in_reply_to=receipt))
    arrive(letter("Really", in_reply_to=receipt))

    old, new = Ticket.objects.order_by("number")
    assert new.follows == old and new.messages.count() == 2


def test_files_are_kept_under_their_digest(town: Town, letter: Letter, arrive: Arrive) -> None:
    raw = letter(
        "--b\nContent-Type: text/plain\n\nSee the log\n--b\nContent-Type: text/plain; name=a.log\n"
        "Content-Disposition: attachment\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b--",
        content_type="multipart/mixed; boundary=b",
    )
    arrive(raw)
    kept = Attachment.objects.get()

    assert (kept.name, kept.media_type, kept.size) == ("a.log", "text/plain", 5)
    with files.opened(kept.sha256) as file:
        assert file.read() == b"hello"


def test_a_poisonous_mail_is_set_aside_with_its_reason_and_stops_nothing_else(
    town: Town, letter: Letter, arrive: Arrive
) -> None:
    """FreeScout #4293: one mail stopped all intake for days."""
    poison = letter(**{"from": "nobody at all"})
    came = arrive(poison, sender="")
    arrive(letter())

    assert came.state == "quarantined" and "no sender" in came.reason
    assert bytes(came.raw) == poison
    assert Ticket.objects.count() == 1 and list(RawMail.objects.quarantined()) == [came]


def test_a_mail_from_quarantine_can_be_tried_again(
    town: Town, letter: Letter, arrive: Arrive
) -> None:
    came = arrive(letter(**{"from": "nobody"}), sender="")
    RawMail.objects.filter(pk=came.pk).update(raw=letter())  # as if the reader had learned it

    quarantine.retry(came.pk)
    taking.step()

    assert Ticket.objects.count() == 1


def test_a_full_disk_is_waited_for_and_loses_nothing(
    town: Town, letter: Letter, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = letter(
        "--b\nContent-Disposition: attachment; filename=a\n\nx\n--b--",
        content_type="multipart/mixed; boundary=b",
    )

    def full(content: bytes) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(files, "keep", full)
        came = arrive(raw)
        for hours in range(1, 8):
            with clock.moved_to(clock.now() + timedelta(hours=hours)):
                taking.step()
    came.refresh_from_db()
    assert came.state == "new" and "No space left" in came.reason and came.attempts == 8
    assert not Ticket.objects.exists()

    with clock.moved_to(clock.now() + timedelta(hours=9)):
        taking.step()
    assert Ticket.objects.count() == 1


def test_a_mail_whose_reading_does_not_end_is_given_up(letter: Letter) -> None:
    reader = Reader(seconds=0.0)
    with pytest.raises(Unreadable, match="took more than 0 seconds"):
        reader.read(letter("x\n" * 200_000))

    reader = Reader()
    assert reader.read(letter()).visible_text == "It is dark"
    reader.stop()


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_each_mail_once_and_fast_enough(door: RunningDoor, letter: Letter) -> None:
    with door.client() as smtp:
        for n in range(40):
            smtp.sendmail("t@x.example", ["support@deskbell.localhost"], letter(str(n)))

    def work() -> None:
        while taking.step() == 0:
            pass
        connection.close()

    began = time.monotonic()
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - began
    taking._reader.stop()

    assert Ticket.objects.count() == 40
    assert set(RawMail.objects.values_list("state", flat=True)) == {"taken"}
    assert seconds < 8, f"only {40 / seconds:.0f} mails a second"


def test_the_desks_own_mail_that_comes_back_is_no_ticket(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    arrive(letter())
    receipt = sent()[0]

    came = arrive(receipt.as_bytes())

    assert came.state == "ignored" and "came back" in came.reason
    assert Ticket.objects.count() == 1 and len(sent()) == 1


def test_a_sender_who_is_not_known_becomes_a_person_by_address(
    town: Town, letter: Letter, arrive: Arrive
) -> None:
    arrive(letter(**{"from": "=?utf-8?q?J=C3=B6rg_Nu=C3=9F?= <Joerg@Gmail.com>"}))
    person = Person.objects.get(email="joerg@gmail.com")

    assert person.name == "Jörg Nuß"
    assert Ticket.objects.get().district is None


def test_the_text_of_a_mail_with_html_alone_can_be_read_and_nothing_in_it_acts(
    town: Town, letter: Letter, arrive: Arrive
) -> None:
    html = "<p>Hello <b>all</b></p><script>alert(1)</script><img src=https://track.example/x.gif>"
    arrive(letter(html, content_type="text/html; charset=utf-8"))
    message = Ticket.objects.get().messages.get()

    assert message.text == "Hello all"
    assert "script" not in message.html and ' src="http' not in message.html


def test_the_quotation_is_folded_and_not_lost(town: Town, letter: Letter, arrive: Arrive) -> None:
    arrive(letter("Yes\n\nOn Mon, Nov 23, 2026, Ana <a@b.example> wrote:\n> Is it dark?"))
    message = Ticket.objects.get().messages.get()

    assert message.text == "Yes" and "> Is it dark?" in message.quoted


def test_two_workers_share_one_reader_without_mixing_mails(letter: Letter) -> None:
    reader, wrong = Reader(), []

    def read(n: int) -> None:
        for k in range(30):
            if reader.read(letter(f"{n} {k}")).visible_text != f"{n} {k}":
                wrong.append((n, k))

    threads = [threading.Thread(target=read, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reader.stop()
    assert wrong == []


@pytest.mark.parametrize("size", [20, 21, 100])
def test_a_mail_that_comes_in_pieces_is_whole(
    town: Town, letter: Letter, arrive: Arrive, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    raw = letter("x" * size)
    monkeypatch.setattr(arrivals, "PIECE", len(raw) - 20)
    came = arrive(raw)

    assert bytes(came.raw) == raw
    assert Ticket.objects.get().messages.get().text == "x" * size


MOST_STATEMENTS = 34  # for a mail among others, without what is drawn for the browsers
MOST_FOR_AN_ANSWER = 28


def test_a_mail_takes_few_statements(
    town: Town, letter: Letter, arrive: Arrive, put: Callable[..., RawMail]
) -> None:
    arrive(letter())  # what is read once a process has been read
    for n in range(4):
        put(letter(message_id=f"<few{n}@northvalley.example>"))
    with CaptureQueriesContext(connection) as opening:
        taking.step()
    for n in range(4):
        put(letter(in_reply_to=f"<few{n}@northvalley.example>"))
    with CaptureQueriesContext(connection) as answering:
        taking.step()

    assert Ticket.objects.count() == 5 and RawMail.objects.filter(state="taken").count() == 9
    assert len(opening) / 4 <= MOST_STATEMENTS
    assert len(answering) / 4 <= MOST_FOR_AN_ANSWER


def test_a_poisonous_mail_among_others_stops_and_loses_nothing(
    town: Town, letter: Letter, put: Callable[..., RawMail]
) -> None:
    mails = [put(letter(str(n))) for n in range(3)]
    poison = put(letter(**{"from": "nobody at all"}), sender="")
    mails += [put(letter(str(n))) for n in range(3, 6)]
    taking.step()
    poison.refresh_from_db()

    assert poison.state == "quarantined" and poison.message is None
    texts = [ticket.messages.get().text for ticket in Ticket.objects.order_by("number")]
    assert texts == ["0", "1", "2", "3", "4", "5"]
    assert RawMail.objects.filter(state="taken").count() == len(mails)


def test_what_was_remembered_when_a_mail_failed_is_asked_anew(
    town: Town, letter: Letter, put: Callable[..., RawMail], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A team that was made and rolled back with the mail would be given to the next ticket."""
    real, made = teams.first_line, []

    def made_and_undone(*_: object, **__: object) -> Message:
        made.append(Team.objects.create(name="Gone", purpose=Team.Purpose.SUPPORT, tier=0))
        assert real() == made[0]
        raise RuntimeError("It failed after that.")

    first, second = put(letter("one")), put(letter("two"))

    def say(raw: RawMail, *rest: Any) -> Message:
        return made_and_undone() if raw.pk == first.pk else saying.say(raw, *rest)

    monkeypatch.setattr("deskbell.mail.inbound.alone.say", say)
    monkeypatch.setattr("deskbell.mail.inbound.batches.say", say)
    taking.step()
    second.refresh_from_db()

    assert made and second.state == "taken"
    assert Ticket.objects.get().team == real() != made[0]
