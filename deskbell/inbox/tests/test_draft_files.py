"""Files that go with an answer: kept with the draft, looked at, sent, and back if the reply is taken back."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from deskbell.inbox import draft_files
from deskbell.inbox.models import DraftFile
from deskbell.inbox.tests.conftest import ClientOf
from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.mail.composing import message_of
from deskbell.mail.models import OutboundMail
from deskbell.tickets.aside.erasing import FilesLeft
from deskbell.tickets.models import Attachment, Message, Ticket
from deskbell.tickets.replying import note
from deskbell.tickets.words import Words
from tests.town import Town

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)


def attach(
    browser: Client,
    ticket: Ticket,
    name: str = "log.txt",
    content: bytes = b"all well",
    kind: str = "reply",
) -> str:
    said = {"txt": "text/plain", "png": "image/png", "pdf": "application/pdf"}.get(name[-3:], "a/b")
    form = {"kind": kind, "file": SimpleUploadedFile(name, content, said)}
    answer = browser.post(f"/tickets/{ticket.number}/draft/files", form)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_a_file_waits_on_all_devices_and_goes_with_the_reply(
    town: Town, ticket: Ticket, client_of: ClientOf
) -> None:
    desk, phone = client_of(town.ana.person), client_of(town.ana.person)
    assert "log.txt" in attach(desk, ticket)
    attach(desk, ticket, "note.txt", kind="note")
    path = f"/tickets/{ticket.number}"
    assert "log.txt" in phone.get(path).content.decode()
    assert "log.txt" not in client_of(town.ben.person).get(path).content.decode()
    phone.post(f"{path}/replies", {"text": "I have attached the log"})
    assert [each.name for each in Attachment.objects.all()] == ["log.txt"]
    assert [each.name for each in DraftFile.objects.all()] == ["note.txt"]
    made = message_of(OutboundMail.objects.get(kind="reply"))
    assert [each.get_filename() for each in made.iter_attachments()] == ["log.txt"]


def test_a_file_needs_no_words_beside_it(ticket: Ticket, browser: Client) -> None:
    attach(browser, ticket)
    assert browser.post(f"/tickets/{ticket.number}/replies", {"text": " "}).status_code == 302
    made = message_of(OutboundMail.objects.get(kind="reply"))
    assert [each.get_filename() for each in made.iter_attachments()] == ["log.txt"]
    page = browser.get(f"/tickets/{ticket.number}").content.decode()
    assert "log.txt" in page


def test_a_file_is_taken_off_by_whoever_has_added_it(
    ticket: Ticket, town: Town, browser: Client, client_of: ClientOf
) -> None:
    attach(browser, ticket)
    path = f"/tickets/{ticket.number}/draft/files/{DraftFile.objects.get().pk}/removal"
    assert client_of(town.ben.person).post(path).status_code == 404
    assert "log.txt" not in browser.post(path).content.decode()
    assert not DraftFile.objects.exists()


def test_a_waiting_file_stays_where_another_ticket_with_the_same_is_erased(
    ticket: Ticket, browser: Client
) -> None:
    attach(browser, ticket)
    waits = DraftFile.objects.get().sha256
    left = FilesLeft({waits, "0" * 64})
    tell(left)
    assert left.digests == {"0" * 64}


def test_files_come_back_with_a_reply_that_is_taken_back(ticket: Ticket, browser: Client) -> None:
    attach(browser, ticket, "black.png", PNG)
    path = f"/tickets/{ticket.number}"
    browser.post(f"{path}/replies", {"text": "Like this"})
    browser.post(f"{path}/replies/{Message.objects.get(text='Like this').pk}/undo")
    waiting = DraftFile.objects.get()
    assert (waiting.name, waiting.picture) == ("black.png", "image/png")


def test_what_is_empty_too_large_or_one_too_many_is_refused_with_the_limits(
    ticket: Ticket, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add(content: bytes) -> None:
        draft_files.add(ticket, "reply", "a.txt", "text/plain", content, by=town.ana, page="")

    with pytest.raises(Refused, match="empty"):
        add(b"")
    monkeypatch.setattr(draft_files, "LARGEST", 3)
    with pytest.raises(Refused, match="7 MB each, 15 MB together"):
        add(b"four")
    monkeypatch.setattr(draft_files, "LARGEST_TOGETHER", 5)
    add(b"two")
    with pytest.raises(Refused, match="is too much"):
        add(b"two")
    monkeypatch.undo()
    monkeypatch.setattr(draft_files, "MOST", 1)
    with pytest.raises(Refused, match="At most ten files"):
        add(b"two")


def test_what_is_a_program_by_its_bytes_says_so_before_it_is_sent(
    ticket: Ticket, browser: Client
) -> None:
    assert "it is a program" in attach(browser, ticket, "report.pdf", b"MZ\x90\x00")


@pytest.mark.parametrize(
    ("name", "content", "opens_as"),
    [
        ("a.png", PNG, "image/png"),
        ("a.pdf", b"%PDF-1.7 ...", "application/pdf"),
        ("a.txt", "¿Qué?".encode(), "text/plain; charset=utf-8"),
        ("a.html", b"<script>alert(1)</script>", "text/plain; charset=utf-8"),
        ("a.bin", b"\x00\x01", "application/octet-stream"),
    ],
)
def test_what_can_do_nothing_opens_in_the_browser(
    name: str, content: bytes, opens_as: str, ticket: Ticket, browser: Client
) -> None:
    attach(browser, ticket, name, content)
    browser.post(f"/tickets/{ticket.number}/replies", {"text": "Look"})
    file = Attachment.objects.get()
    answer = browser.get(f"/tickets/{ticket.number}/attachments/{file.pk}/open")
    assert answer["Content-Type"] == opens_as
    assert answer["Content-Security-Policy"].endswith("default-src 'none'") or name == "a.pdf"
    assert ("attachment" in answer["Content-Disposition"]) == (name == "a.bin")
    answer.close()


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Te adjunto la guía.", True),
        ("He adjuntado el registro", True),
        ("Hola:\nAdjunto la captura.", True),
        ("La guía va adjunta", True),
        ("Mire el archivo adjunto", True),
        ("Gracias por el archivo adjunto", False),
        ("El tutor adjunto puede ayudar", False),
    ],
)
def test_a_spanish_reply_that_lacks_its_file_is_held_back_too(
    text: str, held: bool, ticket: Ticket, browser: Client
) -> None:
    answer = browser.post(f"/tickets/{ticket.number}/replies", {"text": text})
    assert (answer.status_code == 422) == held


def test_words_of_an_internal_note_are_held_back_once(
    town: Town, ticket: Ticket, browser: Client
) -> None:
    said = "Their principal has not paid since March, so be careful"
    note(ticket, Words(f"By the way:\n{said}"), by=town.ben)
    path = f"/tickets/{ticket.number}/replies"
    refused = browser.post(path, {"text": f"Hello\n> {said.upper()}"})
    assert "the internal note of Ben Baker" in refused.content.decode()
    assert browser.post(path, {"text": said, "sure": "yes"}).status_code == 302
