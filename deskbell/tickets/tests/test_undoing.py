"""Undo send: for ten seconds a reply can be taken back, and then it never was (K1)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.tickets.chatting import begin_live
from deskbell.tickets.events import Kind
from deskbell.tickets.models import Channel, Message, State, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import hear, reply
from deskbell.tickets.solving import set_state, waits_for_reply
from deskbell.tickets.undoing import undo
from deskbell.tickets.words import Words
from tests.town import Town, at

NOON = at("2026-11-19 12:00")


@pytest.fixture
def ticket(town: Town) -> Ticket:
    with clock.moved_to(NOON):
        return open_for_customer("Dark", Words("It is dark"), requester=town.tess)


def answered(ticket: Ticket, town: Town, *, when: datetime = NOON) -> Message:
    with clock.moved_to(when):
        return reply(ticket, Words("Try again"), by=town.ana, may_be_undone=True)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_k1_within_ten_seconds_its_author_takes_a_reply_back(town: Town, ticket: Ticket) -> None:
    message = answered(ticket, town)
    with clock.moved_to(after(9.9)):
        undo(ticket, message.pk, by=town.ana)
    ticket.refresh_from_db()

    assert not Message.objects.said().filter(pk=message.pk).exists()
    assert ticket.events.filter(kind=Kind.REPLY_UNDONE).get().data["key"] == str(message.pk)
    assert ticket.assignee is None and waits_for_reply(ticket)


def test_after_ten_seconds_it_is_too_late(town: Town, ticket: Ticket) -> None:
    message = answered(ticket, town)
    with clock.moved_to(after(10.1)), pytest.raises(Refused, match="too late"):
        undo(ticket, message.pk, by=town.ana)
    assert Message.objects.said().filter(pk=message.pk).exists()


def test_it_is_taken_back_once(town: Town, ticket: Ticket) -> None:
    message = answered(ticket, town)
    with clock.moved_to(after(1)):
        undo(ticket, message.pk, by=town.ana)
        with pytest.raises(Refused, match="too late"):
            undo(ticket, message.pk, by=town.ana)
    assert ticket.events.filter(kind=Kind.REPLY_UNDONE).count() == 1


def test_nobody_takes_back_the_words_of_another(town: Town, ticket: Ticket) -> None:
    message = answered(ticket, town)
    with clock.moved_to(after(1)), pytest.raises(Refused, match="Only Ana"):
        undo(ticket, message.pk, by=town.ben)


def test_what_is_no_reply_of_this_ticket_is_not_found(town: Town, ticket: Ticket) -> None:
    first = ticket.messages.get()
    with pytest.raises(NotFound):
        undo(ticket, first.pk, by=town.ana)


@pytest.mark.parametrize("state", [State.PENDING, State.SOLVED])
def test_the_state_that_came_with_the_reply_goes_back_with_it(
    town: Town, ticket: Ticket, state: State
) -> None:
    message = answered(ticket, town)
    with clock.moved_to(after(0.1)):
        set_state(ticket, state, by=town.ana)
    with clock.moved_to(after(2)):
        undo(ticket, message.pk, by=town.ana)
    ticket.refresh_from_db()
    assert ticket.state == State.OPEN


def test_a_state_that_the_customer_has_changed_since_stays(town: Town, ticket: Ticket) -> None:
    message = answered(ticket, town)
    with clock.moved_to(after(1)):
        set_state(ticket, State.SOLVED, by=town.ana)
        hear(ticket, Words("Wait!", received_at=after(1)), author=town.tess)
    with clock.moved_to(after(2)):
        undo(ticket, message.pk, by=town.ana)
    ticket.refresh_from_db()
    assert ticket.state == State.OPEN


def test_who_had_it_before_the_reply_keeps_it(town: Town, ticket: Ticket) -> None:
    first = answered(ticket, town)
    second = answered(ticket, town, when=after(60))
    with clock.moved_to(after(61)):
        undo(ticket, second.pk, by=town.ana)
    ticket.refresh_from_db()
    assert ticket.assignee == town.ana and first.undone_at is None


def test_into_a_chat_nothing_can_be_taken_back(town: Town, ticket: Ticket) -> None:
    with clock.moved_to(NOON):
        begin_live(ticket, visitor=town.tess)
    live = answered(ticket, town, when=after(1))
    chat = open_for_customer("Hi", Words("Hi"), requester=town.tess, channel=Channel.CHAT)
    later = answered(chat, town)
    for said_on, message in ((ticket, live), (chat, later)):
        with clock.moved_to(after(2)), pytest.raises(Refused, match="too late"):
            undo(said_on, message.pk, by=town.ana)
