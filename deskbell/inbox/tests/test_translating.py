"""Translations on an agent's press; a stand-in on this machine speaks LibreTranslate's protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from deskbell.inbox.models import Translation
from deskbell.inbox.tests.conftest import ClientOf
from deskbell.inbox.translating import asking, service
from deskbell.lib.clock import moved_to
from deskbell.oncall.tests.outside import Outside, listening
from deskbell.tickets.models import Message, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import note
from deskbell.tickets.words import Words
from tests.town import Town, at

HTMX = {"HX-Request": "true"}


@pytest.fixture
def translator(settings: Any) -> Iterator[Outside]:
    """It stands in for the operator's LibreTranslate, and finds that all is Spanish."""
    with listening() as made:
        settings.MAY_REACH = ["127.0.0.1"]
        settings.TRANSLATE_URL = made.url
        says(made, "It is dark")
        yield made


@pytest.fixture
def spanish(town: Town) -> Message:
    ticket = open_for_customer("Pantalla", Words("Está oscuro"), requester=town.tess)
    return ticket.messages.get()


def says(translator: Outside, text: str, found: str = "es") -> None:
    told = {"translatedText": text, "detectedLanguage": {"language": found, "confidence": 90}}
    translator.content = json.dumps(told).encode()


def of(message: Message) -> str:
    return f"/tickets/{message.ticket_id}/messages/{message.pk}/translation"


def test_a_customers_message_is_translated_below_its_original_once(
    browser: Client, spanish: Message, translator: Outside, settings: Any
) -> None:
    settings.TRANSLATE_KEY = "secret"
    answer = browser.post(of(spanish), headers=HTMX)
    html = answer.content.decode()
    assert "Translated from Spanish by a machine" in html and "It is dark" in html
    asked = translator.last
    assert asked.path == "/translate"
    assert asked.json == {
        "q": "Está oscuro",
        "source": "auto",
        "target": "en",
        "format": "text",
        "api_key": "secret",
    }
    browser.post(of(spanish), headers=HTMX)
    assert len(translator.taken) == 1  # kept for everybody
    page = browser.get(f"/tickets/{spanish.ticket_id}").content.decode()
    assert "It is dark" in page and "Está oscuro" in page


def test_without_script_the_page_comes_again(
    browser: Client, spanish: Message, translator: Outside
) -> None:
    page = browser.post(of(spanish), follow=True).content.decode()
    assert "It is dark" in page


def test_nothing_is_sent_before_someone_presses(
    browser: Client, spanish: Message, translator: Outside
) -> None:
    page = browser.get(f"/tickets/{spanish.ticket_id}").content.decode()
    assert "data-translates" in page and "Translate my answer into" in page
    assert translator.taken == []


def test_where_the_operator_has_named_no_service_there_is_no_button(
    browser: Client, spanish: Message
) -> None:
    page = browser.get(f"/tickets/{spanish.ticket_id}").content.decode()
    assert "ranslate" not in page.split("<body", 1)[1]
    answer = browser.post(of(spanish), headers=HTMX)
    assert (answer.status_code, "has no translation service" in answer.content.decode()) == (
        422,
        True,
    )


def test_a_note_is_no_message_of_a_customer(
    browser: Client, town: Town, ticket: Ticket, translator: Outside
) -> None:
    written = note(ticket, Words("They owe us"), by=town.ana)
    assert browser.post(of(written), headers=HTMX).status_code == 404
    assert translator.taken == []


def test_a_billing_thread_is_translated_for_those_alone_who_see_it(
    client_of: ClientOf, town: Town, spanish: Message, translator: Outside
) -> None:
    Ticket.objects.filter(pk=spanish.ticket_id).update(confidential=True)
    ana, max_ = client_of(town.ana.person), client_of(town.max.person)
    form = {"text": "Hello", "language": "es"}
    assert ana.post(of(spanish), headers=HTMX).status_code == 404
    assert ana.post(f"/tickets/{spanish.ticket_id}/translation", form).status_code == 404
    assert translator.taken == []
    assert max_.post(of(spanish), headers=HTMX).status_code == 200


def test_an_answer_is_translated_and_its_original_stays_below_the_reply(
    browser: Client, town: Town, spanish: Message, translator: Outside
) -> None:
    says(translator, "Ya funciona", "en")
    path = f"/tickets/{spanish.ticket_id}"
    form = {"text": "It **works** again", "language": "es"}
    made = browser.post(f"{path}/translation", form, headers=HTMX).json()
    assert (made["text"], made["language"]) == ("Ya funciona", "Spanish")
    assert Message.objects.count() == 1  # nothing is sent by that
    browser.post(f"{path}/replies", {"text": "Ya funciona.", "translation": made["key"]})
    kept = Translation.objects.get()
    assert kept.message == Message.objects.get(text="Ya funciona.")
    page = browser.get(path).content.decode()
    assert "Translated into Spanish by a machine. What was written first" in page
    assert "It **works** again" in page


def test_nobody_takes_anothers_translation_for_their_reply(
    browser: Client, town: Town, spanish: Message, translator: Outside
) -> None:
    ticket = Ticket.objects.get(pk=spanish.ticket_id)
    made = asking.translate_answer(ticket, "It works", "es", by=town.ben)
    browser.post(f"/tickets/{ticket.pk}/replies", {"text": "Hi", "translation": made.pk})
    made.refresh_from_db()
    assert made.message is None


def test_the_customers_own_language_is_offered_first(
    browser: Client, spanish: Message, translator: Outside
) -> None:
    says(translator, "It is dark", "fr")
    browser.post(of(spanish), headers=HTMX)
    page = browser.get(f"/tickets/{spanish.ticket_id}").content.decode()
    options = page.split('id="answer-language"')[1].split("</select>")[0]
    assert options.index("French") < options.index("Spanish")
    form = {"text": "Hello", "language": "tlh"}
    answer = browser.post(f"/tickets/{spanish.ticket_id}/translation", form, headers=HTMX)
    assert "Choose one of the languages." in answer.content.decode()


@pytest.mark.parametrize(
    ("status", "content", "sentence"),
    [
        (200, b"<html>welcome</html>", service.NONE),
        (200, b'{"translatedText": ["a"]}', service.NONE),
        (200, b'{"translatedText": " "}', service.NONE),
        (200, b'{"translatedText": "' + b"x" * 5000 + b'"}', service.NONE),
        (200, b"x" * (service.LARGEST + 1), "answered with more than can be a translation"),
        (302, b"", "sends the desk elsewhere"),
        (400, b'{"error": "es is not supported"}', "refused it: es is not supported."),
        (400, b'{"error": "<script>alert(1)</script>"}', "&lt;script&gt;"),
        (403, b'{"error": "Invalid API key"}', "does not take this desk’s key"),
        (429, b"", "asks for a pause"),
        (500, b"Traceback", "is in trouble (500)"),
    ],
)
def test_whatever_the_service_answers_a_sentence_says_it(
    browser: Client,
    spanish: Message,
    translator: Outside,
    status: int,
    content: bytes,
    sentence: str,
) -> None:
    translator.status, translator.content = status, content
    translator.headers = {"Location": "http://127.0.0.1:1/"} if status == 302 else {}
    answer = browser.post(of(spanish), headers=HTMX)
    assert (answer.status_code, Translation.objects.count()) == (422, 0)
    assert sentence in answer.content.decode()


def test_a_service_that_is_silent_is_given_up(
    browser: Client, spanish: Message, settings: Any
) -> None:
    settings.MAY_REACH = ["127.0.0.1"]
    settings.TRANSLATE_URL = "http://127.0.0.1:1"
    answer = browser.post(of(spanish), headers=HTMX)
    assert "gave no answer" in answer.content.decode()


def test_a_service_inside_has_to_be_allowed_by_the_operator(
    browser: Client, spanish: Message, translator: Outside, settings: Any
) -> None:
    settings.MAY_REACH = []
    answer = browser.post(of(spanish), headers=HTMX)
    assert "lies inside the desk" in answer.content.decode()
    assert translator.taken == []


def test_its_html_is_text(browser: Client, spanish: Message, translator: Outside) -> None:
    says(translator, "<img src=x onerror=alert(1)>", '"><b>')
    html = browser.post(of(spanish), headers=HTMX).content.decode()
    assert "<img" not in html and "<b>" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_an_agent_asks_for_so_many_within_a_minute(
    browser: Client, spanish: Message, translator: Outside
) -> None:
    translator.status = 500
    with moved_to(at("2026-11-24 10:00")):
        answers = [
            browser.post(of(spanish), headers=HTMX) for _ in range(asking.OF_AN_AGENT.most + 1)
        ]
    assert "That was a lot at once" in answers[-1].content.decode()
    assert len(translator.taken) == asking.OF_AN_AGENT.most


def test_what_is_too_long_is_not_sent(
    browser: Client, spanish: Message, translator: Outside
) -> None:
    form = {"text": "a" * (asking.LONGEST + 1), "language": "es"}
    answer = browser.post(f"/tickets/{spanish.ticket_id}/translation", form, headers=HTMX)
    assert "10,000 characters at most" in answer.content.decode()
    assert translator.taken == []
