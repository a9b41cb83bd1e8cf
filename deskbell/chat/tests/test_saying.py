"""A visitor's words become a ticket's messages: once each, in order, and never more than words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from deskbell.chat.models import Sent, Visit, Visitor
from deskbell.chat.saying import LONGEST_TEXT, MOST_A_MINUTE, say
from deskbell.chat.tallies import TooFast
from deskbell.chat.visitors import held_and_seen, meet
from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.sla.models import Clock
from deskbell.tickets.chatting import end_live
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Attachment, Channel, Side, State, Ticket
from deskbell.tickets.replying import reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.triage import set_impact
from deskbell.tickets.words import File, Words, write_down
from tests.town import EASTERN, Town, at


def first_reply(ticket: Ticket) -> Clock:
    return Clock.objects.get(ticket=ticket, metric=Clock.Metric.FIRST_REPLY)


def test_the_first_words_open_a_live_ticket_of_someone_without_an_address(visit: Visit) -> None:
    ticket = visit.ticket
    assert (ticket.channel, ticket.live, ticket.impact) == (Channel.CHAT, True, Impact.NORMAL)
    assert ticket.requester is not None
    assert (ticket.requester.name, ticket.requester.email) == ("Visitor", None)
    assert [message.text for message in ticket.messages.all()] == ["My screen is black"]


def test_later_words_stand_on_the_same_ticket(visitor: Visitor, visit: Visit) -> None:
    say(visitor, "Still black", client_id="second-message")
    assert [m.text for m in visit.ticket.messages.all()] == ["My screen is black", "Still black"]
    assert Ticket.objects.count() == 1


def test_sending_again_changes_nothing(visitor: Visitor, visit: Visit) -> None:
    again = say(visitor, "My screen is black", client_id="first-message")
    assert again == visit.ticket.messages.get()
    assert Ticket.objects.count() == 1


def test_two_visitors_may_choose_the_same_id(visit: Visit, town: Town) -> None:
    other, _ = meet()
    say(other, "Mine too", client_id="first-message")
    assert Ticket.objects.count() == 2


def test_the_database_itself_refuses_a_second_message_of_one_id(visit: Visit) -> None:
    other = write_down(visit.ticket, Words("x"), author=None, side=Side.CUSTOMER, public=True)
    with pytest.raises(IntegrityError, match="one_message_of_a_client_id"), transaction.atomic():
        Sent.objects.create(visitor=visit.visitor, client_id="first-message", message=other)


@pytest.mark.parametrize(
    ("opened", "impact", "due"),
    [
        ("2026-11-19 09:00", "normal", "Thu 09:05"),  # the chat's five minutes come first
        ("2026-11-19 18:57", "normal", "Fri 08:02"),  # counted in business hours alone
        ("2026-11-21 03:00", "normal", "Mon 08:05"),  # nobody has promised a weekend
        ("2026-11-21 03:00", "urgent", "Sat 03:15"),  # but Urgent has: the earlier instant counts
        ("2026-11-21 03:00", "high", "Mon 01:00"),  # 24/5 begins before business hours do
        ("2026-11-19 09:00", "urgent", "Thu 09:05"),  # and in hours the chat is ahead of Urgent
    ],
)
def test_a_live_chat_holds_its_own_promise_and_its_impacts_k15(
    visitor: Visitor, town: Town, opened: str, impact: str, due: str
) -> None:
    with moved_to(at(opened)):
        ticket = say(visitor, "Nothing works", client_id="first-message").ticket
        set_impact(ticket, impact, by=town.ana)
    found = first_reply(ticket).due_at
    assert found is not None
    assert f"{found.astimezone(EASTERN):%a %H:%M}" == due


def test_whoever_comes_back_is_live_in_the_same_conversation_k15(
    visitor: Visitor, visit: Visit, town: Town
) -> None:
    with moved_to(at("2026-11-19 09:03")):
        reply(visit.ticket, Words("Which room?"), by=town.ana)
    with moved_to(at("2026-11-19 09:30")):
        end_live(visit.ticket, why="the visitor has been gone for 10 minutes")
    with moved_to(at("2026-11-19 10:00")):
        say(visitor, "Room 12", client_id="second-message")

    visit.ticket.refresh_from_db()
    assert visit.ticket.live
    following = Clock.objects.get(ticket=visit.ticket, metric=Clock.Metric.NEXT_REPLY)
    assert following.due_at == at("2026-11-19 10:05")


def test_words_to_a_closed_ticket_open_a_follow_up_that_is_live(
    visitor: Visitor, visit: Visit, town: Town
) -> None:
    set_state(visit.ticket, State.SOLVED, by=town.ana, unanswered=True)
    Ticket.objects.update(state=State.CLOSED, live=False)
    message = say(visitor, "Black again", client_id="second-message")

    visit.refresh_from_db()
    assert visit.ticket == message.ticket != message.ticket.follows
    assert message.ticket.live
    assert message.ticket.follows is not None


@pytest.mark.parametrize("text", ["", "   \n", "\x00", "x" * (LONGEST_TEXT + 1)])
def test_nothing_and_too_much_are_refused(visitor: Visitor, text: str) -> None:
    with pytest.raises(Refused):
        say(visitor, text, client_id="first-message")
    assert not Ticket.objects.exists()


def test_what_no_database_keeps_is_left_out(visitor: Visitor) -> None:
    message = say(visitor, "a\x00b \ud83d <b>c</b>", client_id="first-message")
    message.refresh_from_db()
    assert message.text == "ab ? <b>c</b>"
    assert message.html == ""


@pytest.mark.parametrize("client_id", ["", "short", "with space in it", "x" * 65, "ä" * 10])
def test_an_id_that_is_none_is_refused(visitor: Visitor, client_id: str) -> None:
    with pytest.raises(Refused):
        say(visitor, "Hello", client_id=client_id)


def test_more_than_twenty_messages_a_minute_are_refused_and_later_taken(visitor: Visitor) -> None:
    start = at("2026-11-19 09:00")
    with moved_to(start):
        for each in range(MOST_A_MINUTE):
            say(visitor, "Hello", client_id=f"message-{each}")
        with pytest.raises(TooFast):
            say(visitor, "Hello", client_id="one-too-many")
        say(visitor, "Hello", client_id="message-0")  # sent again: no new message
    with moved_to(start + timedelta(seconds=61)):
        say(visitor, "Hello", client_id="one-too-many")
    assert Sent.objects.count() == MOST_A_MINUTE + 1


def test_who_left_an_address_in_another_tab_is_read_anew(visitor: Visitor, visit: Visit) -> None:
    read_before = Visitor.objects.get(pk=visitor.pk)
    Visitor.objects.filter(pk=visitor.pk).update(address="pat@school.example")
    with transaction.atomic():
        assert held_and_seen(read_before).address == "pat@school.example"
        assert held_and_seen(visitor).seen_at > visitor.created_at


def test_the_files_of_new_words_are_known_without_asking(visit: Visit) -> None:
    file = File("screen.png", "image/png", 3, "0" * 64)
    words = Words("See", files=(file, replace(file, name="again.png")))
    message = write_down(visit.ticket, words, author=None, side=Side.CUSTOMER, public=True)
    with CaptureQueriesContext(connection) as queries:
        known = list(message.attachments.all())
    assert (known, len(queries)) == (list(Attachment.objects.filter(message=message)), 0)


def test_speaking_is_being_there(visitor: Visitor, visit: Visit) -> None:
    with moved_to(at("2026-11-19 09:20")):
        say(visitor, "Here", client_id="second-message")
    visitor.refresh_from_db()
    assert visitor.seen_at == at("2026-11-19 09:20")
