"""Macros in the hands of an agent: written on their screen, put into an answer, done with the send."""

from __future__ import annotations

import pytest
from django.test import Client

from deskbell.helpcenter import publishing
from deskbell.helpcenter.models import Collection, Section
from deskbell.inbox.tests.conftest import ClientOf
from deskbell.tickets import macros
from deskbell.tickets.fields.defining import Written as FieldWritten
from deskbell.tickets.fields.defining import define
from deskbell.tickets.fields.models import Choice, Holds
from deskbell.tickets.macros import Action, Written
from deskbell.tickets.models import Macro, Message, Ticket
from tests.town import Town

TEXT = "Hello{% if name %} {{ name }}{% endif %},\n\nwe answer by {{ due }}.\n\n{{ agent }}"


@pytest.fixture
def macro(town: Town) -> Macro:
    actions = [Action("tag", "lab 3"), Action("assignee", "me"), Action("impact", "high")]
    return macros.write(Written("We look at it", TEXT, "all", actions), by=town.ben)


@pytest.fixture
def articles(town: Town) -> None:
    """One for everyone, one for the team alone."""
    collection = Collection.objects.create(titles={"en": "Using apps"})
    section = Section.objects.create(collection=collection, titles={"en": "Screens"})
    for title, audience in (("Dark screen", "everyone"), ("Screen codes", "agents")):
        edition = publishing.begin(
            section, language="en", title=title, body="Look", by=town.ana, audience=audience
        )
        publishing.publish(edition, by=None)


def test_its_words_are_filled_in_for_the_ticket(
    ticket: Ticket, macro: Macro, browser: Client
) -> None:
    found = browser.get(f"/tickets/{ticket.number}/macros/{macro.pk}").json()
    assert found["text"].startswith("Hello Tess,\n\nwe answer by ")
    assert "Eastern Time" in found["text"]
    assert found["text"].endswith("\n\nAna")
    assert [each["said"] for each in found["actions"]] == [
        "Tag “lab 3”",
        "Give to whoever sends it",
        "Impact High",
    ]


def test_what_it_does_is_done_with_the_send_but_for_what_was_taken_off(
    town: Town, ticket: Ticket, macro: Macro, browser: Client
) -> None:
    form = {"text": "Hello Tess", "action": ["tag:lab 3", "assignee:me"]}
    assert browser.post(f"/tickets/{ticket.number}/replies", form).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.tags, ticket.assignee, ticket.impact) == (["lab 3"], town.ana, "normal")


def test_a_note_takes_them_too(ticket: Ticket, browser: Client) -> None:
    browser.post(f"/tickets/{ticket.number}/notes", {"text": "Look", "action": "tag:lab 3"})
    ticket.refresh_from_db()
    assert ticket.tags == ["lab 3"]


@pytest.mark.parametrize("action", ["tag:!!", "delete:yes", "nonsense"])
def test_an_answer_whose_action_is_refused_is_not_sent(
    action: str, ticket: Ticket, browser: Client
) -> None:
    form = {"text": "Hello Tess", "action": [action, "tag:fine"]}
    assert browser.post(f"/tickets/{ticket.number}/replies", form).status_code in {302, 422}
    sent = Message.objects.filter(text="Hello Tess").exists()
    assert sent == (action == "nonsense")  # without a value nothing is asked for


def test_an_action_that_fails_on_this_ticket_takes_the_reply_back(
    ticket: Ticket, browser: Client
) -> None:
    form = {"text": "Hello", "action": ["state:solved", "snooze:1h"]}
    answer = browser.post(f"/tickets/{ticket.number}/replies", form)
    assert answer.status_code == 422
    assert not Message.objects.filter(text="Hello").exists()


def test_one_types_a_few_letters_and_is_offered_macros_and_what_the_customer_may_read(
    town: Town, ticket: Ticket, macro: Macro, browser: Client, articles: None
) -> None:
    path = f"/tickets/{ticket.number}/insertions"
    assert [each["name"] for each in browser.get(path).json()["found"]] == ["We look at it"]
    found = browser.get(path, {"q": "screen", "kind": "reply"}).json()["found"]
    assert [(each["kind"], each["name"]) for each in found] == [("article", "Dark screen")]
    assert found[0]["text"].startswith("[Dark screen](http")
    in_note = browser.get(path, {"q": "screen", "kind": "note"}).json()["found"]
    assert {each["name"] for each in in_note} == {"Dark screen", "Screen codes"}


def test_the_palette_finds_articles(browser: Client, articles: None) -> None:
    hits = browser.get("/inbox/palette?q=codes").json()["hits"]
    assert [(each["kind"], each["name"]) for each in hits] == [("article", "Screen codes")]


def test_one_is_written_changed_removed_and_brought_back_on_its_screen(
    town: Town, browser: Client, client_of: ClientOf
) -> None:
    form = {"name": "Restart", "text": "Hi {{ name }}", "shared_with": "all", "tags": "a, b"}
    form |= {"impact": "high", "state": "", "snooze": "tomorrow"}
    kept = browser.post("/inbox/macros", form)
    assert kept.status_code == 302
    html = browser.get(kept["Location"]).content.decode()
    assert "Impact High, Snooze until tomorrow, 8:00, Tag “a”, Tag “b”" in html
    pk = Macro.objects.get().pk
    assert 'value="a, b"' in browser.get(f"/inbox/macros/{pk}").content.decode()
    browser.post(f"/inbox/macros/{pk}", {**form, "name": "Restart it"})
    assert "Restart it" in client_of(town.ben.person).get("/inbox/macros").content.decode()
    removed = browser.post(f"/inbox/macros/{pk}/removal")
    html = browser.get(removed["Location"]).content.decode()
    assert "Restart it" not in html
    assert "The macro is removed." in html
    browser.post(f"/inbox/macros/{pk}/return")
    assert "Restart it" in browser.get("/inbox/macros").content.decode()


def test_an_unknown_variable_is_refused_with_those_that_there_are(browser: Client) -> None:
    form = {"name": "Restart", "text": "Hi {{ nome }}", "shared_with": "me"}
    answer = browser.post("/inbox/macros", form, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "names “nome” in line 1, which does not exist" in answer.content.decode()


def test_the_preview_fills_it_in_or_says_what_is_wrong(ticket: Ticket, browser: Client) -> None:
    form = {"text": TEXT, "ticket": ticket.number}
    assert "<p>Hello Tess,</p>" in browser.post("/inbox/macros/preview", form).content.decode()
    made_up = browser.post("/inbox/macros/preview", {"text": "{{ district }} <b>"})
    assert "North Valley &lt;b&gt;" in made_up.content.decode()
    wrong = browser.post("/inbox/macros/preview", {"text": "{{ x }}"}).content.decode()
    assert "does not exist" in wrong


def test_the_form_sets_custom_fields_and_shows_what_it_sets(town: Town, browser: Client) -> None:
    fails = define(
        FieldWritten("Fails", Holds.SEVERAL, choices=[Choice("", "Sound"), Choice("", "Net")])
    )
    room = define(FieldWritten("Room"))
    form = {"name": "Gym", "text": "Hello", "shared_with": "all"}
    more = {f"field-{fails.key}": ["net", "sound"], f"field-{room.key}": "204"}
    browser.post("/inbox/macros", {**form, **more})
    macro = Macro.objects.get()
    assert macro.actions == [["field", "fails=net,sound"], ["field", "room=204"]]
    html = browser.get(f"/inbox/macros/{macro.pk}").content.decode()
    assert "Set “Fails” to Sound, Net, Set “Room” to 204" in html
    assert 'value="204"' in html
    assert html.count(" checked>Sound") == 1
