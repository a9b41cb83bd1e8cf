"""The quarantine: nothing in it is lost, a person decides, and it stops nothing else."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from deskbell.lib import clock
from deskbell.mail.inbound import taking
from deskbell.mail.models import RawMail
from deskbell.mail.tests.conftest import Letter
from deskbell.mail.trust.contents import picture_type, warning_about
from deskbell.people.models import Notice, Person
from deskbell.tickets.models import Ticket
from tests.town import Town

Arrive = Callable[..., RawMail]
POISON = {"from": "nobody at all"}


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def held(town: Town, letter: Letter, arrive: Arrive) -> RawMail:
    """A mail that pretends to be from North Valley."""
    came = arrive(letter("<script>alert(1)</script> Send cash", subject="<b>Urgent</b>"))
    Ticket.objects.all().delete()
    RawMail.objects.filter(pk=came.pk).update(
        state="quarantined", danger="pretended", reason="It fails.", set_aside_at=clock.now()
    )
    came.refresh_from_db()
    return came


def test_administrators_get_one_notice_for_a_whole_wave(
    town: Town, letter: Letter, arrive: Arrive
) -> None:
    for _ in range(3):
        arrive(letter(**POISON), sender="")
    listed = RawMail.objects.quarantined()[0]
    assert (listed.subject, listed.author) == ("Black screen", "nobody at all")
    notice = Notice.objects.get()
    assert (notice.recipient, notice.path) == (town.ada, "/mail/quarantine")

    Notice.objects.update(read_at=clock.now())
    arrive(letter(**POISON), sender="")
    assert Notice.objects.count() == 2


def test_the_list_says_what_from_whom_and_why_and_the_rail_counts_it(
    town: Town, held: RawMail
) -> None:
    page = browser(town.ana.person).get("/mail/quarantine").content.decode()
    assert "&lt;b&gt;Urgent&lt;/b&gt;" in page and "tess@northvalley.example" in page
    assert "Pretends to be someone" in page and "It fails." in page
    assert '<span>Mail</span><span class="count">1</span>' in page


def test_an_empty_quarantine_says_that_all_is_well(town: Town) -> None:
    assert (
        "Nothing was set aside" in browser(town.ana.person).get("/mail/quarantine").content.decode()
    )


def test_one_mail_is_shown_as_text_and_its_head_as_it_came(town: Town, held: RawMail) -> None:
    page = browser(town.ana.person).get(f"/mail/quarantine/{held.pk}").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Send cash" in page and "<script>alert" not in page
    assert "subject: &lt;b&gt;Urgent&lt;/b&gt;" in page
    assert "Download" not in page


def test_an_administrator_downloads_the_very_bytes_as_a_file(town: Town, held: RawMail) -> None:
    answer = browser(town.ada.person).get(f"/mail/quarantine/{held.pk}/raw")
    assert answer.content == bytes(held.raw)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_mail_that_was_let_in_becomes_a_ticket_and_is_not_set_aside_again(
    town: Town, held: RawMail
) -> None:
    assert browser(town.ana.person).post(f"/mail/quarantine/{held.pk}/release").status_code == 302
    taking.step()
    held.refresh_from_db()
    assert held.state == "taken" and held.released_by == town.ana.person
    assert Ticket.objects.get().messages.get().received_at == held.received_at


def test_discarding_can_be_undone(town: Town, held: RawMail) -> None:
    client = browser(town.ana.person)
    answer = client.post(f"/mail/quarantine/{held.pk}/discard", follow=True).content.decode()
    assert "Undo" in answer and "Nothing was set aside" in answer
    assert "Urgent" in client.get("/mail/quarantine?discarded=yes").content.decode()

    client.post(f"/mail/quarantine/{held.pk}/return")
    held.refresh_from_db()
    assert held.state == "quarantined"


def test_two_agents_do_not_decide_about_the_same_mail(town: Town, held: RawMail) -> None:
    client = browser(town.ana.person)
    client.post(f"/mail/quarantine/{held.pk}/release")
    answer = client.post(f"/mail/quarantine/{held.pk}/discard")
    assert answer.status_code == 422 and "Someone was quicker" in answer.content.decode()


def test_all_that_could_not_be_read_is_tried_again_after_an_upgrade(
    town: Town, letter: Letter, arrive: Arrive, held: RawMail
) -> None:
    broken = [arrive(letter(**POISON), sender="") for _ in range(3)]
    for each in broken:
        RawMail.objects.filter(pk=each.pk).update(raw=letter())  # as if the reader had learned it
    browser(town.ana.person).post("/mail/quarantine/retry")
    while taking.step() == 0:
        pass
    assert Ticket.objects.count() == 3
    assert list(RawMail.objects.quarantined()) == [held]


def test_what_breaks_the_reader_can_still_be_looked_at(
    town: Town, letter: Letter, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = arrive(letter(**POISON), sender="")
    monkeypatch.setattr("deskbell.mail.views.quarantine.SECONDS_TO_READ", 0.0)
    page = browser(town.ana.person).get(f"/mail/quarantine/{came.pk}").content.decode()
    assert "can’t read it" in page and "nobody at all" in page


def test_the_list_asks_the_same_number_of_questions_however_long(
    town: Town, letter: Letter, arrive: Arrive, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        arrive(letter(**POISON), sender="")
    client = browser(town.ana.person)
    with django_assert_max_num_queries(12) as asked:
        client.get("/mail/quarantine")
    assert not any('"raw"' in query["sql"] for query in asked.captured_queries)


class Scanner:
    """A stand-in for ClamAV that speaks INSTREAM: it finds one word, and keeps what it was shown."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.seen: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.getsockname()[1]}"

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                with self._server.accept()[0] as client, client.makefile("rb") as file:
                    assert file.read(10) == b"zINSTREAM\0"
                    shown = b""
                    while length := struct.unpack(">I", file.read(4))[0]:
                        shown += file.read(length)
                    self.seen.append(shown)
                    bad = b"EICAR" in shown
                    client.sendall(b"stream: Eicar-Test FOUND\0" if bad else b"stream: OK\0")
            except OSError:
                return


@pytest.fixture
def scanner(settings: Any) -> Iterator[Scanner]:
    made = Scanner()
    settings.CLAMAV = made.address
    yield made
    made.close()


def test_an_infected_mail_is_set_aside_and_let_in_only_without_its_files(
    town: Town, letter: Letter, arrive: Arrive, scanner: Scanner
) -> None:
    raw = letter(
        "--b\nContent-Type: text/plain\n\nSee this\n--b\nContent-Disposition: attachment; "
        "filename=a.doc\n\nEICAR\n--b--",
        content_type="multipart/mixed; boundary=b",
    )
    came = arrive(raw)
    arrive(letter("clean"))
    assert (came.danger, came.reason) == ("infected", "ClamAV found Eicar-Test in it.")
    assert scanner.seen[0] == raw and Ticket.objects.count() == 1

    release = f"/mail/quarantine/{came.pk}/release"
    assert browser(town.ana.person).post(release).status_code == 422
    assert browser(town.ada.person).post(release).status_code == 302
    taking.step()
    message = Ticket.objects.order_by("-number")[0].messages.get()
    assert "See this" in message.text and "infected" in message.text
    assert not message.attachments.exists()


def test_without_its_scanner_mail_waits_and_does_not_pass(
    town: Town, letter: Letter, arrive: Arrive, settings: Any
) -> None:
    settings.CLAMAV = "127.0.0.1:1"
    came = arrive(letter())
    for _ in range(8):
        RawMail.objects.update(next_attempt_at=None)
        taking.step()
    came.refresh_from_db()
    assert came.state == "new" and "ClamAV" in came.reason and not Ticket.objects.exists()

    settings.CLAMAV = ""
    RawMail.objects.update(next_attempt_at=None)
    taking.step()
    assert Ticket.objects.count() == 1


PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + b"\0" * 40


@pytest.mark.parametrize(
    ("name", "media_type", "content", "warning"),
    [
        ("a.png", "image/png", PNG, ""),
        ("a.pdf", "application/pdf", b"%PDF-1.7\n%", ""),
        ("a.docx", "application/x", b"PK\x03\x04" + b"\0" * 30, ""),
        ("a.doc", "application/msword", b"{\\rtf1 hello}", ""),
        ("notes.txt", "text/plain", b"hello", ""),
        (
            "a.pdf",
            "application/pdf",
            b"MZ\x90\0" + b"\0" * 80,
            "Its name says a PDF, but it is a program.",
        ),
        ("a.png", "image/png", b"<html><script>alert(1)</script>", "something else"),
        ("a.jpg", "image/jpeg", PNG, "something else"),
        ("", "image/png", b"<svg onload=alert(1)>", "something else"),
        ("setup.exe", "application/octet-stream", b"anything", "It is a program."),
        ("invoice.pdf.js", "text/plain", b"alert(1)", "It is a program."),
        ("readme", "text/plain", b"\x7fELF\x02\x01", "It is a program."),
    ],
)
def test_a_file_that_is_not_what_its_name_says_carries_a_warning(
    name: str, media_type: str, content: bytes, warning: str
) -> None:
    found = warning_about(name, media_type, content)
    assert (warning in found) if warning else found == ""


@pytest.mark.parametrize(
    ("media_type", "content", "drawn"),
    [
        ("image/png", PNG, "image/png"),
        ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'>", ""),
        ("image/png", b"<html>", ""),
        ("text/html", PNG, ""),
    ],
)
def test_only_a_picture_that_is_one_may_be_drawn(
    media_type: str, content: bytes, drawn: str
) -> None:
    assert picture_type(media_type, content) == drawn


def test_a_number_of_no_number_is_no_error(town: Town) -> None:
    client = Client()
    client.force_login(town.ana.person)
    assert client.get("/mail/quarantine?before=²&undo=²").status_code == 200
