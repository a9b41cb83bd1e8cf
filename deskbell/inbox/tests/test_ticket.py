"""One ticket's page, and what an agent does on it: with htmx, and without any script."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from deskbell.lib import files
from deskbell.people import portraits
from deskbell.tickets.models import Attachment, Channel, State, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import hear, note, reply
from deskbell.tickets.words import File, Words
from tests.pictures import picture
from tests.town import Town

HTMX = {"HX-Request": "true"}


def page(browser: Client, ticket: Ticket) -> str:
    return browser.get(f"/tickets/{ticket.number}").content.decode()


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_the_page_tells_who_asks_what_and_what_it_means(browser: Client, ticket: Ticket) -> None:
    html = page(browser, ticket)
    for words in ["Black screen", "It is dark", "Tess Turner", "North Valley", "First reply"]:
        assert words in html
    assert "Several students notice" in html
    assert 'zone="America/New_York"' in html
    assert re.search(r"<dt>Promise</dt><dd>4 h of Business hours</dd>", html)


def test_whoever_has_a_picture_is_shown_by_it_and_customers_by_their_initials(
    browser: Client, ticket: Ticket, town: Town
) -> None:
    portraits.choose(town.ben.person, picture())
    reply(ticket, Words("Try this"), by=town.ben)
    theirs, ours = re.findall(
        r'<span class="avatar ?\w*"[^>]*>(.+?)</span>', page(browser, ticket)
    )[-2:]
    assert theirs == "TT"
    assert ours.startswith("BB<img") and f'src="{town.ben.portrait_path}" alt=""' in ours
    assert town.ben.portrait_path in browser.get("/inbox").content.decode()  # whose it is


def test_a_note_is_marked_in_words_and_a_reply_is_not(
    browser: Client, town: Town, ticket: Ticket
) -> None:
    note(ticket, Words("They owe us"), by=town.ben)
    reply(ticket, Words("We look into it"), by=town.ben)
    noted, replied = [
        re.sub(r"<[^>]+>", " ", entry.split("</li>")[0])
        for entry in page(browser, ticket).split('<li class="entry')[2:4]
    ]
    assert "They owe us" in noted
    assert "Internal note" in noted
    assert "Internal note" not in replied


def test_what_happened_reads_as_sentences(browser: Client, ticket: Ticket) -> None:
    base = f"/tickets/{ticket.number}"
    browser.post(f"{base}/impact", {"impact": "urgent", "reason": "an exam at noon"})
    browser.post(f"{base}/state", {"state": "waiting"})
    text = " ".join(re.sub(r"<[^>]+>", " ", page(browser, ticket)).split())
    assert "Ana Alvarez changed the impact from Normal to Urgent: an exam at noon" in text
    assert "Ana Alvarez set it to Waiting" in text


@pytest.mark.parametrize(
    ("path", "form", "field", "value"),
    [
        ("impact", {"impact": "high"}, "impact", "high"),
        ("state", {"state": "pending"}, "state", "pending"),
        ("replies", {"text": "Hello"}, "assignee_id", "ana"),
        ("replies", {"text": "Hello", "then": "solved"}, "state", "solved"),
        ("assignment", {"assignee": "ben"}, "assignee_id", "ben"),
        ("team", {"team": "Engineering"}, "team", "Engineering"),
    ],
)
def test_each_form_works_without_a_script(
    browser: Client,
    town: Town,
    ticket: Ticket,
    path: str,
    form: dict[str, str],
    field: str,
    value: str,
) -> None:
    names = {"ana": town.ana.pk, "ben": town.ben.pk}
    names["Engineering"] = town.eve.teams.get().pk
    answer = browser.post(
        f"/tickets/{ticket.number}/{path}", {key: names.get(v, v) for key, v in form.items()}
    )
    assert answer["Location"] == f"/tickets/{ticket.number}"
    assert str(getattr(fresh(ticket), field)) == str(
        names.get(value, value) if field.endswith("_id") else value
    )


def test_htmx_gets_only_what_has_changed(browser: Client, town: Town, ticket: Ticket) -> None:
    note(ticket, Words("An old note"), by=town.ben)
    html = browser.post(
        f"/tickets/{ticket.number}/replies", {"text": "A new reply"}, headers=HTMX
    ).content.decode()
    assert "A new reply" in html
    assert "An old note" not in html
    assert "<html" not in html
    assert html.count("hx-swap-oob") == 3


def test_solving_what_was_never_answered_is_refused_and_then_offered(
    browser: Client, ticket: Ticket
) -> None:
    """K14."""
    address = f"/tickets/{ticket.number}/state"
    answer = browser.post(address, {"state": "solved"}, headers=HTMX)
    assert answer.status_code == 422
    assert "has no answer yet" in answer.content.decode()
    assert "Solve without an answer" in page(browser, ticket)
    browser.post(address, {"state": "solved", "unanswered": "yes"})
    assert fresh(ticket).state == State.SOLVED


@pytest.mark.parametrize(
    ("path", "form", "sentence"),
    [
        ("replies", {"text": "  "}, "Write something before you send the reply."),
        ("notes", {"text": ""}, "Write something before you save the note."),
        ("impact", {"impact": "huge"}, "is no impact"),
        ("state", {"state": "closed"}, "is no state to choose"),
    ],
)
def test_what_is_refused_says_why_where_the_person_is(
    browser: Client, ticket: Ticket, path: str, form: dict[str, str], sentence: str
) -> None:
    before = fresh(ticket).last_sequence
    answer = browser.post(f"/tickets/{ticket.number}/{path}", form, headers=HTMX)
    assert (answer.status_code, answer["HX-Retarget"]) == (422, "find .refusal")
    assert sentence in answer.content.decode()
    assert fresh(ticket).last_sequence == before


@pytest.mark.parametrize("number", [0, 999999, 2**63 - 1, 2**70])
def test_a_ticket_that_is_not_there_is_told_kindly(
    browser: Client, town: Town, number: int
) -> None:
    answer = browser.get(f"/tickets/{number}")
    assert answer.status_code == 404
    assert "Nothing here" in answer.content.decode()


def test_what_strangers_write_is_text_everywhere_on_the_page(browser: Client, town: Town) -> None:
    bad = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    town.tess.name = bad
    town.tess.save()
    file = File(f"{bad}.png", "image/png", 1, files.keep(b"x"))
    words = Words(f"{bad} https://x.example/{bad}", quoted=bad, files=(file,))
    ticket = open_for_customer(bad, words, requester=town.tess)
    browser.post(f"/tickets/{ticket.number}/impact", {"impact": "high", "reason": bad})
    html = page(browser, ticket)
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert html.count("&lt;script&gt;") >= 6


def test_a_file_is_handed_out_never_opened(browser: Client, town: Town, ticket: Ticket) -> None:
    page_of_theirs = b"<script>alert(1)</script>"
    hear(
        ticket,
        Words("See this", files=(File("a.html", "text/html", 25, files.keep(page_of_theirs)),)),
        author=town.tess,
    )
    file = Attachment.objects.get()
    answer = browser.get(f"/tickets/{ticket.number}/attachments/{file.pk}")
    assert b"".join(answer) == page_of_theirs
    assert answer["Content-Disposition"] == 'attachment; filename="a.html"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    other = open_for_customer("Another", Words("x"), requester=town.sam)
    assert browser.get(f"/tickets/{other.number}/attachments/{file.pk}").status_code == 404


def test_a_file_that_the_store_has_lost_is_told_kindly(
    browser: Client, town: Town, ticket: Ticket
) -> None:
    hear(ticket, Words("x", files=(File("a.png", "image/png", 1, "0" * 64),)), author=town.tess)
    answer = browser.get(f"/tickets/{ticket.number}/attachments/{Attachment.objects.get().pk}")
    assert answer.status_code == 404
    assert "a.png is missing" in answer.content.decode()


def test_a_page_costs_the_same_however_long_the_conversation_is(
    browser: Client, town: Town, ticket: Ticket
) -> None:
    reply(ticket, Words("first"), by=town.ben)
    page(browser, ticket)
    with CaptureQueriesContext(connection) as few:
        page(browser, ticket)
    for number in range(10):
        words = Words(f"and {number}", files=(File("a.png", "image/png", 1, "0" * 64),))
        hear(ticket, words, author=town.tess)
        reply(ticket, Words("yes"), by=town.ben)
    with CaptureQueriesContext(connection) as many:
        page(browser, ticket)
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("relay", "words"),
    [
        (None, "No relay is set, so mail lands in the outbox folder."),
        ({"host": "x"}, "Goes to tess@northvalley.example"),
    ],
)
def test_the_composer_says_where_an_answer_goes(
    browser: Client, ticket: Ticket, settings: Settings, relay: object, words: str
) -> None:
    settings.EMAIL_RELAY = relay
    assert words in page(browser, ticket)


def test_a_closed_ticket_takes_no_answer(browser: Client, ticket: Ticket) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(state=State.CLOSED)
    html = page(browser, ticket)
    assert "When the customer writes again, a new one opens." in html
    assert "<textarea" not in html


def test_the_customers_other_tickets_are_at_hand(
    browser: Client, town: Town, ticket: Ticket
) -> None:
    other = open_for_customer("No sound", Words("x"), requester=town.tess, channel=Channel.MAIL)
    open_for_customer("Not theirs", Words("x"), requester=town.sam)
    html = page(browser, ticket)
    assert f'href="/tickets/{other.number}"' in html
    assert "Not theirs" not in html
