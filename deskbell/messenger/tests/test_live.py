"""What is told to a visitor's stream: the public messages of their own conversation, nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deskbell.chat.models import Visit
from deskbell.messenger.live import drawn
from deskbell.messenger.tests.conftest import Bubble
from deskbell.people import portraits
from deskbell.realtime.models import LiveEvent
from deskbell.tickets.models import Message
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import hear, note, reply
from deskbell.tickets.words import Words
from tests.pictures import picture
from tests.town import Town


def told(visit: Visit) -> list[dict[str, str]]:
    events = LiveEvent.objects.filter(topic=f"visit:{visit.pk}").order_by("id")
    return [json.loads(event.data) for event in events]


def test_an_agents_reply_is_told_with_a_first_name(bubble: Bubble, town: Town) -> None:
    visit = Visit.objects.get()
    message = reply(visit.ticket, Words("<b>Hi</b>"), by=town.ana)
    (event,) = told(visit)
    assert event == {
        "id": message.pk,
        "client": "",
        "side": "team",
        "who": "Ana",
        "face": "",
        "text": "<b>Hi</b>",
        "at": message.received_at.isoformat(),
        "files": [],
        "articles": [],
    }


def test_who_answers_is_told_with_their_picture(bubble: Bubble, town: Town) -> None:
    visit = Visit.objects.get()
    portraits.choose(town.ana.person, picture())
    reply(visit.ticket, Words("Hi"), by=town.ana)
    (event,) = told(visit)
    assert event["face"] == town.ana.portrait_path != ""


def test_a_reply_with_form_is_told_in_plain_words(bubble: Bubble, town: Town) -> None:
    visit = Visit.objects.get()
    words = Words("**Hold** it, see [the guide](https://help.example)", markdown=True)
    reply(visit.ticket, words, by=town.ana)
    (event,) = told(visit)
    assert event["text"] == "Hold it, see the guide (https://help.example)"


def test_a_note_is_told_to_no_visitor(bubble: Bubble, town: Town) -> None:
    visit = Visit.objects.get()
    note(visit.ticket, Words("SECRET"), by=town.ana)
    assert told(visit) == []
    visits = LiveEvent.objects.filter(topic__startswith="visit:")
    assert not visits.filter(data__contains="SECRET").exists()


def test_a_note_cannot_be_drawn_for_a_visitor(bubble: Bubble, town: Town) -> None:
    note(Visit.objects.get().ticket, Words("SECRET"), by=town.ana)
    with pytest.raises(ValueError, match="team alone"):
        drawn(Message.objects.get(public=False))


def test_a_reply_is_told_to_its_own_visitor_alone(
    bubble: Bubble, new_bubble: Callable[[], Bubble], town: Town
) -> None:
    mine = Visit.objects.get()
    new_bubble().begin().say("Mine is blue")
    other = Visit.objects.exclude(pk=mine.pk).get()
    reply(mine.ticket, Words("Which room?"), by=town.ana)
    assert len(told(mine)) == 1
    assert told(other) == []


def test_what_the_owner_of_a_left_address_mails_is_not_told(bubble: Bubble, town: Town) -> None:
    visit = Visit.objects.get()
    bubble.post("address", {"address": "tess@northvalley.example"})
    hear(visit.ticket, Words("From my mail"), author=town.tess)
    assert told(visit) == []


def test_the_same_message_reads_the_same_in_history_and_live(bubble: Bubble, town: Town) -> None:
    visit = Visit.objects.get()
    reply(visit.ticket, Words("Which room?"), by=town.ana)
    assert told(visit) == bubble.get("conversation")[1]["messages"][1:]


def test_a_ticket_without_a_visitor_is_told_to_nobody(town: Town) -> None:
    ticket = open_for_customer("Mail", Words("x"), requester=town.tess)
    reply(ticket, Words("y"), by=town.ana)
    assert not LiveEvent.objects.filter(topic__startswith="visit:").exists()


def test_saying_more_asks_the_database_little_however_long_the_conversation_is(
    bubble: Bubble, town: Town
) -> None:
    """50 messages a second on two cores leave 20 ms for each: half of it goes for these questions."""

    def asked(words: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert bubble.say(words)[0] == 200
        return len(queries)

    asked("And another thing")
    first = asked("And one more")
    for number in range(5):
        bubble.say(f"Hello? {number}")
    assert asked("Is anyone there?") == first
    assert first <= 26
