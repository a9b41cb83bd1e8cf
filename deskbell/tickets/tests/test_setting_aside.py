"""Spam and the trash: out of every list but their own, and all of it comes back."""

from __future__ import annotations

import pytest

from deskbell.lib.errors import NotFound, Refused
from deskbell.people.customers import customer
from deskbell.tickets.access import set_aside_for, ticket_for, tickets_for, visible_to
from deskbell.tickets.aside.models import Aside
from deskbell.tickets.aside.setting_aside import bring_back, delete, mark_as_spam
from deskbell.tickets.links import link_for, ticket_by_link
from deskbell.tickets.models import State, Ticket
from deskbell.tickets.opening import open_by_desk
from deskbell.tickets.replying import hear
from deskbell.tickets.words import Words
from tests.town import Town


def test_what_is_set_aside_is_seen_at_its_own_door_alone(town: Town, ticket: Ticket) -> None:
    owner = customer(town.olivia)
    assert owner and list(visible_to(owner)) == [ticket]
    token = link_for(ticket, town.tess).rpartition("/")[2]
    mark_as_spam(ticket, by=town.ana)
    assert list(tickets_for(town.ana.person)) == []
    assert list(visible_to(owner)) == []
    assert list(set_aside_for(town.ana.person, Aside.SPAM)) == [ticket]
    assert ticket_for(town.ana.person, ticket.number) == ticket
    with pytest.raises(NotFound):
        ticket_by_link(token)
    delete(ticket, by=town.max)
    assert list(set_aside_for(town.ana.person, Aside.SPAM)) == []
    assert list(set_aside_for(town.ana.person, Aside.TRASH)) == []
    assert list(set_aside_for(town.max.person, Aside.TRASH)) == [ticket]
    assert list(set_aside_for(town.tess, Aside.TRASH)) == []
    with pytest.raises(NotFound):
        ticket_for(town.ana.person, ticket.number)


def test_only_those_who_lead_delete_and_restore(town: Town, ticket: Ticket) -> None:
    with pytest.raises(Refused, match="Only managers"):
        delete(ticket, by=town.ana)
    delete(ticket, by=town.ada)
    with pytest.raises(Refused, match="Only managers"):
        bring_back(ticket, by=town.ana)
    assert bring_back(ticket, by=town.max).state == State.OPEN


def test_the_next_words_open_a_new_ticket_and_nothing_is_lost(town: Town, ticket: Ticket) -> None:
    mark_as_spam(ticket, by=town.ana)
    new = hear(ticket, Words("I am no robot"), author=town.tess)
    assert new.number != ticket.number
    assert (new.aside, new.follows_id) == ("", ticket.number)


def test_an_alarms_ticket_and_a_live_chat_stay(town: Town) -> None:
    alarm = open_by_desk("A gap", "Nobody is on call")
    with pytest.raises(Refused, match="alarm"):
        delete(alarm, by=town.max)
    Ticket.objects.update(channel="chat", live=True)
    with pytest.raises(Refused, match="End the chat first"):
        mark_as_spam(alarm, by=town.ana)
