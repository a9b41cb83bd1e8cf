"""The Undo button: it takes the reply back, and gives its words back to who wrote them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from deskbell.inbox.tests.test_ticket import HTMX, page
from deskbell.lib import clock
from deskbell.mail.models import OutboundMail
from deskbell.people.reaching import mail_failed
from deskbell.realtime.models import LiveEvent
from deskbell.tickets.models import Message, State, Ticket
from tests.town import Town

WORDS = 'Try "again" & <press>\nlong'


@pytest.fixture
def sent(browser: Client, ticket: Ticket) -> Message:
    """What Ana has just sent."""
    browser.post(f"/tickets/{ticket.number}/replies", {"text": WORDS}, headers=HTMX)
    return Message.objects.latest("id")


def undo(browser: Client, message: Message, **headers: str) -> str:
    address = f"/tickets/{message.ticket_id}/replies/{message.pk}/undo"
    answer = browser.post(address, headers=headers, follow=not headers)
    return answer.content.decode()


def test_the_button_stands_there_for_ten_seconds(
    browser: Client, ticket: Ticket, sent: Message
) -> None:
    assert f"/replies/{sent.pk}/undo" in page(browser, ticket)
    with clock.moved_to(clock.now() + timedelta(seconds=11)):
        assert "/undo" not in page(browser, ticket)


def test_undone_the_words_are_in_the_composer_again(
    browser: Client, ticket: Ticket, sent: Message
) -> None:
    html = undo(browser, sent)
    composer = html.partition("<textarea")[2].partition("</textarea>")[0]
    assert "Try &#34;again&#34; &amp; &lt;press&gt;\nlong" in composer
    assert "wrote a reply, and took it back before it was sent" in html
    assert not OutboundMail.objects.filter(kind="reply").exists()


def test_with_script_the_answer_carries_the_words(browser: Client, sent: Message) -> None:
    html = undo(browser, sent, **HTMX)
    assert 'id="taken-back" data-text="Try &#34;again&#34; &amp; &lt;press&gt;\nlong"' in html
    assert "took it back" in html


def test_every_browser_sees_that_it_was_taken_back(
    browser: Client, looked_at: Ticket, sent: Message
) -> None:
    last = LiveEvent.objects.latest("id").pk
    undo(browser, sent)
    told = LiveEvent.objects.filter(pk__gt=last, topic=f"ticket:{looked_at.number}", name="item")
    reply = looked_at.events.get(message=sent)
    redrawn = [each.data for each in told if f'id="event-{reply.sequence}"' in each.data]
    assert redrawn and "took it back" in redrawn[0] and "press" not in redrawn[0]


def test_nobody_else_gets_words_back_that_they_did_not_write(
    browser: Client, town: Town, ticket: Ticket, sent: Message
) -> None:
    undo(browser, sent)
    other = Client()
    other.force_login(town.ben.person)
    html = other.get(f"/tickets/{ticket.number}?taken-back={sent.pk}").content.decode()
    assert "&lt;press" not in html
    assert other.get(f"/tickets/{ticket.number}?taken-back=x").status_code == 200


def test_send_and_solve_goes_back_whole(browser: Client, ticket: Ticket) -> None:
    form = {"text": "Done", "then": "solved"}
    browser.post(f"/tickets/{ticket.number}/replies", form, headers=HTMX)
    html = undo(browser, Message.objects.latest("id"))
    ticket.refresh_from_db()
    assert ticket.state == State.OPEN and "took the state back with it" in html


def test_an_address_that_fails_is_said_at_the_side_until_someone_knows_better(
    browser: Client, town: Town, ticket: Ticket
) -> None:
    mail_failed(town.tess, "550 5.1.1 <no> such user", at=clock.now())
    html = page(browser, ticket)
    assert "Mail to tess@northvalley.example does not arrive" in html
    assert "550 5.1.1 &lt;no&gt; such user" in html

    browser.post(f"/tickets/{ticket.number}/reach")
    town.tess.refresh_from_db()
    assert town.tess.mail_fails_since is None
    assert "does not arrive" not in page(browser, ticket)
