"""A chat waits until someone takes it; of two who try, one does; and nothing waits that is over."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deskbell.chat import leaving, queue
from deskbell.chat.models import Visit, Visitor, Wait
from deskbell.chat.queue import accept, waiting
from deskbell.chat.saying import say
from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.people.models import Team
from deskbell.tickets.assigning import assign, hand_to_team
from deskbell.tickets.broadcasting import broadcast
from deskbell.tickets.models import State
from deskbell.tickets.replying import note, reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.words import Words
from tests.town import Town, at


def the_wait(visit: Visit) -> Wait:
    return Wait.objects.filter(visit=visit).latest("id")


def test_the_first_words_wait_for_someone_and_more_words_wait_no_anew(
    visitor: Visitor, visit: Visit
) -> None:
    with moved_to(at("2026-11-19 09:01")):
        say(visitor, "Anyone?", client_id="second-message")
    assert [(wait.visit, wait.since) for wait in waiting()] == [(visit, at("2026-11-19 09:00"))]


def test_who_takes_it_is_its_assignee_and_nobody_waits(visit: Visit, town: Town) -> None:
    assert accept(visit, by=town.ana).assignee == town.ana
    assert not waiting()
    assert (the_wait(visit).end, the_wait(visit).taken_by) == (Wait.End.TAKEN, town.ana)
    accept(visit, by=town.ana)  # pressed twice
    assert Wait.objects.count() == 1


def test_of_two_who_take_it_the_second_reads_who_was_first(visit: Visit, town: Town) -> None:
    accept(visit, by=town.ana)
    with pytest.raises(Refused, match="Ana Alvarez took this chat a moment ago"):
        accept(visit, by=town.ben)
    visit.ticket.refresh_from_db()
    assert visit.ticket.assignee == town.ana


def test_a_reply_takes_it_and_a_note_does_not(visit: Visit, town: Town) -> None:
    note(visit.ticket, Words("Who knows this?"), by=town.ben)
    assert waiting()
    reply(visit.ticket, Words("Which room?"), by=town.ben)
    assert not waiting()
    assert the_wait(visit).taken_by == town.ben


def test_an_incidents_update_told_to_many_takes_no_chat(visit: Visit, town: Town) -> None:
    broadcast({visit.ticket_id: "We know of it"}, by=town.max, incident=1, update=1)
    assert waiting()


def test_assigned_to_a_colleague_it_is_theirs_to_take(visit: Visit, town: Town) -> None:
    assign(visit.ticket, town.ben, by=town.ana)
    assert [wait.given_to for wait in waiting()] == [town.ben]
    hand_to_team(visit.ticket, Team.objects.get(name="Engineering"), by=town.ana)
    assert [wait.given_to for wait in waiting()] == [None]
    assign(visit.ticket, town.ana, by=town.ana)
    assert not waiting()


def test_one_who_leaves_waits_no_longer(visit: Visit) -> None:
    with moved_to(at("2026-11-19 09:10")):
        leaving.step()
    assert the_wait(visit).end == Wait.End.LEFT


def test_what_is_solved_waits_no_longer(visit: Visit, town: Town) -> None:
    set_state(visit.ticket, State.SOLVED, by=town.ana, unanswered=True)
    assert the_wait(visit).end == Wait.End.DONE
    with pytest.raises(Refused, match="waits no longer"):
        accept(visit, by=town.ana)


def test_who_comes_back_waits_again_and_first_for_whom_they_spoke_with(
    visitor: Visitor, visit: Visit, town: Town, takes: Callable[..., None]
) -> None:
    accept(visit, by=town.ben)
    with moved_to(at("2026-11-19 09:10")):
        leaving.step()
    takes(town.ana, town.ben, when="2026-11-19 11:00")
    with moved_to(at("2026-11-19 11:01")):
        say(visitor, "I am back", client_id="second-message")
    assert [wait.given_to for wait in waiting()] == [town.ben]


def test_one_who_comes_back_while_that_agent_is_away_waits_for_anyone(
    visitor: Visitor, visit: Visit, town: Town
) -> None:
    accept(visit, by=town.ben)
    with moved_to(at("2026-11-19 09:10")):
        leaving.step()
        say(visitor, "I am back", client_id="second-message")
    assert [wait.given_to for wait in waiting()] == [None]


def test_at_night_the_rings_wait_for_the_opening(a_chat: Callable[..., Visit], town: Town) -> None:
    visit = a_chat(when="2026-11-19 21:00")
    assert the_wait(visit).rings_at == at("2026-11-20 08:02")
    assert queue.hours_of_chats() is not None
