"""What a bubble can do with its token, and what nobody can do without one."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from deskbell.chat import attention
from deskbell.chat.models import Session, Visit, Visitor
from deskbell.chat.queue import accept
from deskbell.chat.saying import MOST_A_MINUTE
from deskbell.messenger.tests.conftest import Bubble
from deskbell.realtime import topics
from deskbell.realtime.models import LiveEvent
from deskbell.tickets.models import Message, Ticket
from deskbell.tickets.replying import hear, note, reply
from deskbell.tickets.words import Words
from tests.town import Town


def test_what_a_visitor_says_opens_a_ticket_and_is_answered(bubble: Bubble, town: Town) -> None:
    reply(Ticket.objects.get(), Words("Which room?"), by=town.ana)
    told = bubble.get("conversation")[1]["messages"]
    assert [(each["side"], each["who"], each["text"]) for each in told] == [
        ("customer", "", "My screen is black"),
        ("team", "Ana", "Which room?"),
    ]


def test_a_message_sent_again_is_answered_again_and_stays_one(bubble: Bubble) -> None:
    first = bubble.say("Still black", "the-same-name")
    assert bubble.say("Still black", "the-same-name") == first
    assert first[1]["message"]["client"] == "the-same-name"
    assert bubble.texts() == ["My screen is black", "Still black"]


def test_a_note_never_reaches_the_visitor(bubble: Bubble, town: Town) -> None:
    note(Ticket.objects.get(), Words("SECRET"), by=town.ana)
    for path in ("conversation", "welcome"):
        assert "SECRET" not in str(bubble.get(path))
    hidden = Message.objects.get(public=False).pk
    assert bubble.post("presence", {})[1]["last"] != hidden


def test_what_others_write_on_the_ticket_is_not_shown(bubble: Bubble, town: Town) -> None:
    """An address that a visitor leaves is not proved: its owner's mails stay unseen."""
    bubble.post("address", {"address": "tess@northvalley.example"})
    hear(Ticket.objects.get(), Words("From my mail"), author=town.tess)
    assert bubble.texts() == ["My screen is black"]


def test_one_visitor_sees_nothing_of_another(
    bubble: Bubble, new_bubble: Callable[[], Bubble], town: Town
) -> None:
    reply(Ticket.objects.get(), Words("Which room?"), by=town.ana)
    other = new_bubble().begin()
    assert other.get("conversation")[1]["messages"] == []
    other.say("Mine is blue")
    assert other.texts() == ["Mine is blue"]
    assert bubble.texts() == ["My screen is black", "Which room?"]


def test_the_pass_is_for_the_visitors_own_visit_alone(
    bubble: Bubble, new_bubble: Callable[[], Bubble]
) -> None:
    other = new_bubble().begin()
    other.say("Mine is blue")
    for tab, text in ((bubble, "My screen is black"), (other, "Mine is blue")):
        visit = Visit.objects.get(ticket__subject=text)
        given = topics.read(tab.get("conversation")[1]["topics"])
        assert given.topics == {f"visit:{visit.pk}", f"near:{visit.pk}", "trouble"}


def test_a_pass_that_was_changed_is_refused(bubble: Bubble) -> None:
    body, _, signature = bubble.get("conversation")[1]["topics"].partition(".")
    forged = base64.urlsafe_b64encode(
        b'{"topics": ["visit:1", "inbox"], "since": "1.1.0", "until": 9999999999}'
    ).decode()
    for token in (f"{forged}.{signature}", f"{body}.", "", f"{body[:-2]}.{signature}"):
        with pytest.raises(topics.Invalid):
            topics.read(token)


@pytest.mark.parametrize("path", ["conversation"])
@pytest.mark.parametrize("forged", ["", "x", "0" * 43, "\u00e9"])
def test_reading_with_a_forged_token_is_refused(bubble: Bubble, path: str, forged: str) -> None:
    bubble.token = forged
    status, told = bubble.get(path)
    assert status == 401
    assert "My screen" not in str(told)


@pytest.mark.parametrize("path", ["messages", "presence", "address"])
def test_writing_with_a_forged_token_is_refused(bubble: Bubble, path: str) -> None:
    bubble.token = Session.objects.get().token_digest
    assert bubble.post(path, {"id": "message-2", "text": "x", "address": "a@b.example"})[0] == 401


@pytest.mark.parametrize(
    "said",
    [
        {"id": "message-2", "text": ""},
        {"id": "message-2", "text": "x" * 4001},
        {"id": "message-2", "text": ["x"]},
        {"id": 7, "text": "x"},
        {"text": "x"},
        [],
        "[" * 5000,
    ],
)
def test_what_is_no_message_is_refused_in_a_sentence(bubble: Bubble, said: Any) -> None:
    status, told = bubble.post("messages", said)
    assert status == 422
    assert told["error"].endswith(".")
    assert Message.objects.count() == 1


def test_a_body_that_is_too_large_is_refused(bubble: Bubble) -> None:
    assert bubble.post("messages", {"id": "message-2", "text": "x" * 70_000})[0] == 422


def test_hostile_text_comes_back_as_the_same_text(bubble: Bubble) -> None:
    hostile = "<img src=x onerror=alert(1)> {{ 7*7 }} \u202e javascript:alert(1)"
    bubble.say(hostile)
    assert bubble.texts()[-1] == hostile
    assert Message.objects.latest("id").html == ""


def test_haste_is_refused_with_a_sentence(bubble: Bubble) -> None:
    for each in range(MOST_A_MINUTE - 1):
        assert bubble.say(f"Hello {each}", f"message-{each}")[0] == 200
    status, told = bubble.say("One more", "one-too-many")
    assert status == 429
    assert "Wait a minute" in told["error"]


def test_looking_makes_nothing(new_bubble: Callable[[], Bubble]) -> None:
    assert new_bubble().get("welcome")[0] == 200
    assert not Visitor.objects.exists()


def test_no_answer_sets_a_cookie(bubble: Bubble) -> None:
    client = Client()
    for path in ("/bubble.js", "/bubble/welcome", "/bubble/conversation"):
        assert not client.get(path).cookies


def test_a_wrong_method_is_named(bubble: Bubble) -> None:
    assert bubble.get("messages")[0] == 405


def test_a_sign_of_life_says_what_was_seen_and_that_someone_types(
    bubble: Bubble, town: Town
) -> None:
    visit = Visit.objects.get()
    answer = reply(visit.ticket, Words("Which room?"), by=town.ana)
    assert bubble.post("presence", {"seen": answer.pk, "typing": 1}) == (200, {"last": answer.pk})
    assert bubble.post("presence", {"seen": 10**30}) == (200, {"last": answer.pk})
    assert bubble.post("presence", {"seen": "<b>"}) == (200, {"last": answer.pk})
    assert Visit.objects.get().visitor_saw == answer.pk
    listened = topics.read(bubble.get("conversation")[1]["topics"]).topics
    assert attention.topic(visit) in listened
    told = LiveEvent.objects.filter(topic=attention.topic(visit), data__contains="typing")
    assert told.count() == 1


def test_the_bubble_knows_who_answers_and_what_the_team_has_seen(
    bubble: Bubble, town: Town
) -> None:
    browser = Client()
    browser.force_login(town.ana.person)
    ticket = Ticket.objects.get()
    page = f"/tickets/{ticket.number}"
    accept(Visit.objects.get(), by=town.ana)
    assert browser.post(f"{page}/presence", {"doing": "reading"}).status_code == 204
    near = {"who": "Ana", "handed": False, "saw": ticket.messages.get().pk}
    assert bubble.get("conversation")[1]["near"] == near
    browser.post(f"{page}/draft", {"kind": "note", "text": "Hm", "page": "x"})
    typed = LiveEvent.objects.filter(topic__startswith="near:", data__contains="typing")
    assert not typed.exists()  # a note is nobody's business
    browser.post(f"{page}/draft", {"kind": "reply", "text": "Hm", "page": "x"})
    assert typed.count() == 1
