"""Many visitors' words at once: as if they had come one after the other, and what needs a look is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from deskbell.chat import queue
from deskbell.chat.models import Sent, Session, Tally, Visit, Visitor, Wait
from deskbell.chat.saying import LONGEST_TEXT, MOST_A_MINUTE, say
from deskbell.chat.saying_together import Spoken, say_together
from deskbell.chat.tallies import MESSAGES_OF_A_NETWORK
from deskbell.chat.visitors import meet
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.realtime.models import Audience, LiveEvent
from deskbell.sla.models import Clock
from deskbell.tickets import replying
from deskbell.tickets.chatting import end_live
from deskbell.tickets.finding.models import SearchDocument
from deskbell.tickets.models import Message, State, Ticket, TicketEvent
from deskbell.tickets.replying import reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.words import Words
from tests.town import Town, at

BEGAN, NOW = "2026-11-19 09:00", "2026-11-19 09:02"


@dataclass
class Tab:
    """A visitor in a conversation, with the token of their tab."""

    token: str
    visitor: Visitor
    visit: Visit

    def says(self, text: str, client_id: str = "second-message", **more: str) -> Spoken:
        known = {"network": f"198.18.0.{self.visitor.pk % 250}", "page": "", "browser": "", **more}
        return Spoken(self.token, client_id=client_id, text=text, **known)

    @property
    def texts(self) -> list[str]:
        return list(self.visit.ticket.messages.order_by("pk").values_list("text", flat=True))


@pytest.fixture
def a_tab(town: Town) -> Callable[[], Tab]:
    def begun() -> Tab:
        with moved_to(at(BEGAN)):
            visitor, token = meet()
            say(visitor, "My screen is black", client_id="first-message")
        return Tab(token, visitor, Visit.objects.get(visitor=visitor))

    return begun


@pytest.fixture(autouse=True)
def a_little_later() -> Iterator[None]:
    with moved_to(at(NOW)):
        yield


def left_to_say(*spoken: Spoken) -> list[bool]:
    return [message is None for message in say_together(spoken)]


def journal(ticket: Ticket) -> list[tuple[Any, ...]]:
    """All that there is to know of a ticket's history, without keys."""
    events = TicketEvent.objects.filter(ticket=ticket).order_by("sequence")
    return [(e.sequence, e.at, e.kind, e.data, e.message and e.message.text) for e in events]


def clocks(ticket: Ticket) -> list[tuple[Any, ...]]:
    found = Clock.objects.filter(ticket=ticket).order_by("metric", "ordinal")
    return [(c.metric, c.ordinal, c.started_at, c.due_at, c.stopped_at, c.outcome) for c in found]


def told(ticket: Ticket, visit: Visit, since: int) -> list[tuple[str, str]]:
    """What browsers were told of one conversation, without the numbers of things."""
    news = LiveEvent.objects.filter(pk__gt=since).order_by("pk")
    about = [e for e in news if e.topic.endswith(f":{visit.pk}") or e.topic in {"chats", "inbox"}]
    own = [e for e in about if e.topic.startswith("visit:") or f'-{ticket.pk}"' in e.data]
    return [(e.topic.partition(":")[0], e.name) for e in own]


def test_together_they_leave_what_one_after_the_other_leaves(a_tab: Callable[[], Tab]) -> None:
    alone, *others = [a_tab() for _ in range(4)]
    say(alone.visitor, "Still black", client_id="second-message")
    taken = say_together([tab.says("Still black") for tab in others])
    for tab, message in zip(others, taken, strict=True):
        assert message is not None
        assert message == Message.objects.get(ticket=tab.visit.ticket, text="Still black")
        assert message.author == tab.visitor.person
        assert journal(tab.visit.ticket) == journal(alone.visit.ticket)
        assert clocks(tab.visit.ticket) == clocks(alone.visit.ticket)
        assert Sent.objects.get(visitor=tab.visitor, client_id="second-message").message == message
        assert Visitor.objects.get(pk=tab.visitor.pk).seen_at == at(NOW)
        found = SearchDocument.objects.get(ticket=tab.visit.ticket)
        assert found.document == SearchDocument.objects.get(ticket=alone.visit.ticket).document


def test_everyone_is_told_as_if_they_had_come_one_after_the_other(a_tab: Callable[[], Tab]) -> None:
    alone, *others = [a_tab() for _ in range(3)]
    before = LiveEvent.objects.latest("pk").pk
    say(alone.visitor, "Still black", client_id="second-message")
    expected = told(alone.visit.ticket, alone.visit, before)
    assert ("visit", "message") in expected and ("inbox", "row") in expected
    before = LiveEvent.objects.latest("pk").pk
    say_together([tab.says("Still black") for tab in others])
    for tab in others:
        assert told(tab.visit.ticket, tab.visit, before) == expected
    said = LiveEvent.objects.filter(pk__gt=before, topic="chats")
    assert {event.name for event in said} == {"said"}


def test_an_answered_visitor_who_asks_on_starts_a_clock_and_moves_their_line(
    a_tab: Callable[[], Tab], town: Town
) -> None:
    answered, other = a_tab(), a_tab()
    reply(answered.visit.ticket, Words("Which room?"), by=town.ana)
    before = LiveEvent.objects.latest("pk").pk
    say_together([answered.says("Room 204"), other.says("Hello?")])
    assert Clock.objects.unstopped().filter(ticket=answered.visit.ticket, metric="next_reply")
    lines = LiveEvent.objects.filter(pk__gt=before, topic="chats").order_by("pk")
    assert {(e.name, "Room 204" in e.data) for e in lines} == {("chat", True), ("said", False)}


def test_who_looks_at_a_ticket_sees_the_words_on_its_page(a_tab: Callable[[], Tab]) -> None:
    tabs = [a_tab() for _ in range(8)]
    looked_at = tabs[3].visit.ticket
    Audience.objects.create(topic=f"ticket:{looked_at.pk}", until=clock.now().replace(year=2126))
    before = LiveEvent.objects.latest("pk").pk
    say_together([tab.says(f"Room {number}") for number, tab in enumerate(tabs)])
    drawn = LiveEvent.objects.filter(pk__gt=before, topic=f"ticket:{looked_at.pk}", name="item")
    assert "Room 3" in drawn.get().data


def test_the_page_and_the_browser_are_known_as_with_say(a_tab: Callable[[], Tab]) -> None:
    tab = a_tab()
    say_together([tab.says("Here", page="https://portal.example/room", browser="Chrome 141")])
    visit = Visit.objects.get(pk=tab.visit.pk)
    assert (visit.page, visit.browser) == ("https://portal.example/room", "Chrome 141")


def test_what_say_would_refuse_or_answer_again_is_left_to_it(a_tab: Callable[[], Tab]) -> None:
    tab, other = a_tab(), a_tab()
    assert left_to_say(
        tab.says("  \x00 "),
        tab.says("x" * (LONGEST_TEXT + 1)),
        tab.says("Hello", client_id="short"),
        tab.says("My screen is black", client_id="first-message"),
        other.says("Hello", client_id="second-message"),
    ) == [True, True, True, True, False]
    assert tab.texts == ["My screen is black"]


def test_of_two_words_of_one_visitor_the_second_is_left(a_tab: Callable[[], Tab]) -> None:
    tab = a_tab()
    assert left_to_say(tab.says("One"), tab.says("Two", client_id="third-message")) == [False, True]
    assert tab.texts == ["My screen is black", "One"]


def test_nobody_speaks_with_a_token_that_is_none(a_tab: Callable[[], Tab]) -> None:
    tab, gone = a_tab(), a_tab()
    Session.objects.filter(visitor=gone.visitor).delete()
    stranger = Spoken("guessed", "198.18.0.9", "second-message", "Let me in", "", "")
    assert left_to_say(stranger, gone.says("Me too"), tab.says("Mine")) == [True, True, False]
    assert not Message.objects.filter(text__in=["Let me in", "Me too"]).exists()


def test_a_first_word_is_left(town: Town) -> None:
    _, token = meet()
    assert left_to_say(Spoken(token, "198.18.0.9", "first-message", "Hello", "", "")) == [True]


def set_left(tab: Tab, town: Town) -> None:
    Visit.objects.filter(pk=tab.visit.pk).update(left_at=clock.now())


def end_it(tab: Tab, town: Town) -> None:
    end_live(tab.visit.ticket, why="it goes on by mail")


def solve_it(tab: Tab, town: Town) -> None:
    reply(tab.visit.ticket, Words("Press the button"), by=town.ana)
    set_state(tab.visit.ticket, State.SOLVED, by=town.ana)


def wait_for_nobody(tab: Tab, town: Town) -> None:
    Wait.objects.filter(visit=tab.visit).delete()


@pytest.mark.parametrize("change", [set_left, end_it, solve_it, wait_for_nobody])
def test_where_something_begins_anew_it_is_left(
    a_tab: Callable[[], Tab], town: Town, change: Callable[[Tab, Town], None]
) -> None:
    tab, other = a_tab(), a_tab()
    change(tab, town)
    assert left_to_say(tab.says("Again"), other.says("On")) == [True, False]
    assert tab.texts[-1] != "Again"


def test_someone_who_was_taken_needs_no_place_in_the_queue(
    a_tab: Callable[[], Tab], town: Town
) -> None:
    tab = a_tab()
    queue.accept(tab.visit, by=town.ana)
    assert left_to_say(tab.says("Thank you")) == [False]


def test_too_many_in_a_minute_are_left_to_say_which_refuses(a_tab: Callable[[], Tab]) -> None:
    tab, other = a_tab(), a_tab()
    for number in range(MOST_A_MINUTE):
        say(tab.visitor, "Hello?", client_id=f"hello-number-{number}")
    assert left_to_say(tab.says("Hello!"), other.says("Hello!")) == [True, False]


def test_a_network_that_sends_too_many_is_left_and_stops_no_other(
    a_tab: Callable[[], Tab], monkeypatch: pytest.MonkeyPatch
) -> None:
    tabs = [a_tab() for _ in range(3)]
    MESSAGES_OF_A_NETWORK.count_all({"203.0.113.7": MESSAGES_OF_A_NETWORK.most})
    school = {"network": "203.0.113.7"}
    assert left_to_say(tabs[0].says("a", **school), tabs[1].says("b")) == [True, False]
    assert Tally.objects.order_by("count").last().count == MESSAGES_OF_A_NETWORK.most + 1  # type: ignore[union-attr]


def test_as_many_questions_for_many_as_for_two(a_tab: Callable[[], Tab]) -> None:
    tabs = [a_tab() for _ in range(9)]

    def asked(some: list[Tab], name: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert None not in say_together([tab.says("Hello?", name) for tab in some])
        return len(queries)

    asked(tabs[:1], "earlier-message")
    assert asked(tabs[:2], "second-message") == asked(tabs[2:], "third-message") <= 30


def test_if_one_fails_none_is_taken_in(
    a_tab: Callable[[], Tab], monkeypatch: pytest.MonkeyPatch
) -> None:
    tabs = [a_tab() for _ in range(2)]
    take_in = replying.take_in

    def fails_once(ticket: Ticket, words: Words, **more: Any) -> Message:
        if words.text == "poison":
            raise ValueError("poison")
        return take_in(ticket, words, **more)

    monkeypatch.setattr("deskbell.chat.saying_together.take_in", fails_once)
    with pytest.raises(ValueError, match="poison"):
        say_together([tabs[0].says("Fine"), tabs[1].says("poison")])
    assert [tab.texts for tab in tabs] == [["My screen is black"]] * 2
    assert not Sent.objects.filter(client_id="second-message").exists()


@contextmanager
def someone_else() -> Iterator[psycopg.Connection[Any]]:
    """Another session of the same database, in a transaction."""
    known = connection.get_connection_params()
    wanted = {
        key: known[key] for key in ("dbname", "user", "password", "host", "port") if key in known
    }
    with psycopg.connect(**wanted) as other:
        yield other
        other.rollback()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "held",
    [
        "SELECT FROM chat_visitor WHERE id = %(visitor)s FOR UPDATE",
        "SELECT FROM chat_visit WHERE id = %(visit)s FOR UPDATE",
        "SELECT FROM tickets_ticket WHERE number = %(ticket)s FOR NO KEY UPDATE",
    ],
)
def test_what_someone_else_has_in_hand_is_left_without_waiting(
    a_tab: Callable[[], Tab], held: str
) -> None:
    tab, other = a_tab(), a_tab()
    keys = {"visitor": tab.visitor.pk, "visit": tab.visit.pk, "ticket": tab.visit.ticket_id}
    with someone_else() as elsewhere:
        elsewhere.execute(held, keys)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            assert left_to_say(tab.says("Hello"), other.says("Hello")) == [True, False]
