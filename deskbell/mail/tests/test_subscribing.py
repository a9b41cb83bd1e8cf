"""Who subscribed can end it by one click, and an agent chooses what comes by mail."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from deskbell.lib import clock
from deskbell.mail import subscribing
from deskbell.mail.letters import Letter
from deskbell.mail.models import OutboundMail
from deskbell.mail.subscribing import SPANISH, Subscription, link_of
from deskbell.people.notices import Topic, notify
from deskbell.people.reaching import mail_failed
from tests.spanish import bare_words, otherwise_named
from tests.town import Town

Sent = Callable[[], list[EmailMessage]]
STATUS = Subscription("status", "tess:7", "the status of Streaming")
NEWS = Letter("It is over.\n", "<p>It is over.</p>")


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the subscriptions that were ended."""
    assert get_resolver().url_patterns  # with the addresses comes the room that really ends them
    found: list[str] = []
    monkeypatch.setitem(subscribing._ends, "status", found.append)
    return found


def send(town: Town) -> OutboundMail | None:
    with transaction.atomic():
        return subscribing.send_news(town.tess, STATUS, subject="It is over", letter=NEWS)


def path_in(mail: EmailMessage) -> str:
    link = mail["List-Unsubscribe"].strip("<>")
    assert link.startswith("http://127.0.0.1:8000/unsubscribe/")
    return str(link.removeprefix("http://127.0.0.1:8000"))


def test_one_click_of_a_mail_program_ends_a_subscription(
    town: Town, sent: Sent, ended: list[str]
) -> None:
    send(town)
    (mail,) = sent()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    program = Client(enforce_csrf_checks=True)  # it has seen no page, and has no cookies
    answer = program.post(path_in(mail), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and ended == ["tess:7"]


def test_a_scanner_that_opens_the_link_ends_nothing(
    town: Town, sent: Sent, ended: list[str]
) -> None:
    send(town)
    page = Client().get(path_in(sent()[0])).content.decode()
    assert "no more mails about the status of Streaming?" in page and ended == []


def test_it_is_ended_in_the_language_in_which_it_was_read(town: Town, ended: list[str]) -> None:
    spanish = link_of(Subscription("status", "tess:7", "el estado de Streaming", "es"))
    path = spanish.removeprefix("http://127.0.0.1:8000")
    asked, done = Client().get(path).content.decode(), Client().post(path).content.decode()
    assert '<html lang="es"' in asked and "más correos sobre el estado de Streaming?" in asked
    assert "No recibirá más correos" in done and ended == ["tess:7"]
    assert otherwise_named(SPANISH) == []
    assert bare_words([Path(subscribing.__file__).parent / "templates/mail/unsubscribe.html"]) == []


def test_a_link_that_was_changed_ends_nothing(town: Town, sent: Sent, ended: list[str]) -> None:
    send(town)
    path = path_in(sent()[0])
    assert Client().post(path[:-2]).status_code == 404
    assert Client().post(path.replace("/unsubscribe/", "/unsubscribe/x")).status_code == 404
    assert ended == []


def test_no_news_go_to_an_address_that_fails(town: Town) -> None:
    mail_failed(town.tess, "550", at=clock.now())
    assert send(town) is None and not OutboundMail.objects.exists()


def test_a_reply_has_no_word_of_unsubscribing(town: Town, sent: Sent) -> None:
    with transaction.atomic():
        notify([town.ana], "Late", path="/tickets/1")
    assert sent()[0]["List-Unsubscribe"] is None


def test_an_agent_hears_by_mail_of_what_they_chose(town: Town) -> None:
    browser = Client()
    browser.force_login(town.ana.person)
    browser.post("/notices/mail", {"topics": ["late"]})
    with transaction.atomic():
        notify([town.ana, town.ben], "Soon", path="/x", topic=Topic.DUE_SOON)
        notify([town.ana], "Late", path="/x", topic=Topic.LATE)

    to = OutboundMail.objects.order_by("id").values_list("recipient", "subject")
    assert list(to) == [("ben@desk.example", "Soon"), ("ana@desk.example", "Late")]
    assert town.ana.notices.count() == 2
    page = browser.get("/notices/mail").content.decode()
    assert 'value="late" checked' in page and 'value="due_soon" checked' not in page
