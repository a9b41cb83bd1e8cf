"""Answers with form: written in Markdown, sent as text and as HTML, drawn for each face by one renderer."""

from __future__ import annotations

from email.message import EmailMessage

from django.test import Client

from deskbell.inbox.models import DraftFile
from deskbell.inbox.tests.test_draft_files import PNG, attach
from deskbell.mail.composing import message_of
from deskbell.mail.models import OutboundMail
from deskbell.tickets.models import Attachment, Message, Ticket
from deskbell.tickets.replying import hear
from deskbell.tickets.words import Words
from tests.town import Town

SAID = "Hold it **ten** seconds:\n\n1. Hold\n2. Let go"


def body(made: EmailMessage, kind: str) -> str:
    part = made.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_reply_has_form_on_the_ticket_and_in_the_mail_and_plain_words_beside_it(
    ticket: Ticket, browser: Client
) -> None:
    browser.post(f"/tickets/{ticket.number}/replies", {"text": SAID})
    message = Message.objects.get(text=SAID)
    page = browser.get(f"/tickets/{ticket.number}").content.decode()
    assert "<p>Hold it <strong>ten</strong> seconds:</p>" in page
    made = message_of(OutboundMail.objects.get(kind="reply"))
    assert "<strong>ten</strong>" in body(made, "html")
    assert "Hold it ten seconds:\n\n1. Hold\n2. Let go" in body(made, "plain")
    assert message.markdown


def test_what_customers_write_stays_as_they_wrote_it(
    ticket: Ticket, town: Town, browser: Client
) -> None:
    hear(ticket, Words("**it** is # dark"), author=town.tess)
    browser.post(f"/tickets/{ticket.number}/replies", {"text": "_I see_"})
    assert "**it** is # dark" in browser.get(f"/tickets/{ticket.number}").content.decode()
    made = message_of(OutboundMail.objects.get(kind="reply"))
    assert "**it** is # dark" in body(made, "html")
    assert "<em>I see</em>" in body(made, "html")


def test_a_picture_stands_in_the_words_on_the_ticket_and_in_the_mail(
    ticket: Ticket, browser: Client
) -> None:
    attach(browser, ticket, "black.png", PNG)
    attach(browser, ticket, "log.txt")
    named = DraftFile.objects.get(name="black.png").content_id
    text = f"Like this:\n\n![black.png](cid:{named})"
    browser.post(f"/tickets/{ticket.number}/replies", {"text": text})
    file = Attachment.objects.get(name="black.png")
    place = f'<img src="/tickets/{ticket.number}/pictures/{file.pk}" alt="black.png">'
    assert place in browser.get(f"/tickets/{ticket.number}").content.decode()
    made = message_of(OutboundMail.objects.get(kind="reply"))
    assert f'<img src="cid:{named}" alt="black.png">' in body(made, "html")
    inline = [part for part in made.walk() if part["Content-ID"] == f"<{named}>"]
    assert [part.get_content() for part in inline] == [PNG]
    assert [part.get_filename() for part in made.iter_attachments()] == ["log.txt"]


def test_a_look_before_shows_the_same(ticket: Ticket, browser: Client) -> None:
    path = f"/tickets/{ticket.number}/preview"
    assert "<strong>ten</strong>" in browser.post(path, {"text": SAID}).content.decode()
    assert "Nothing is written yet" in browser.post(path, {"text": " "}).content.decode()
