"""A chat is handed over with a note: the colleague is asked first, and the one who gave it away last."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deskbell.chat import giving, leaving
from deskbell.chat.handing_over import hand_over
from deskbell.chat.models import Visit
from deskbell.chat.queue import accept, waiting
from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.people.models import Notice, Team
from tests.town import Town, at

NINE = "2026-11-19 09:00"


@pytest.fixture
def anas(visit: Visit, town: Town) -> Visit:
    with moved_to(at(NINE)):
        accept(visit, by=town.ana)
    return visit


def test_to_a_colleague_with_a_note_that_the_visitor_never_sees(anas: Visit, town: Town) -> None:
    with moved_to(at(NINE)):
        hand_over(anas, town.ben, why="The host is full", by=town.ana)
    assert [(wait.given_to, wait.visit) for wait in waiting()] == [(town.ben, anas)]
    anas.ticket.refresh_from_db()
    assert anas.ticket.assignee == town.ben
    note = anas.ticket.messages.latest("id")
    assert (note.text, note.public) == ("Handed over to Ben Baker: The host is full", False)
    assert Notice.objects.get(recipient=town.ben).text.startswith("Ana Alvarez hands you a chat")


def test_to_a_team_whoever_of_it_takes_chats_is_asked(
    anas: Visit, town: Town, takes: Callable[..., None]
) -> None:
    takes(town.ana, town.eve)
    with moved_to(at(NINE)):
        hand_over(anas, Team.objects.get(name="Engineering"), why="A host is down", by=town.ana)
        giving.step()
    assert [wait.given_to for wait in waiting()] == [town.eve]


def test_the_one_who_gives_it_away_is_not_asked_again(
    anas: Visit, town: Town, takes: Callable[..., None]
) -> None:
    takes(town.ana)
    with moved_to(at(NINE)):
        hand_over(anas, Team.objects.get(name="Support"), why="I have to go", by=town.ana)
        giving.step()
    assert [wait.given_to for wait in waiting()] == [None]


def test_without_a_note_or_to_oneself_or_after_they_left_it_is_refused(
    anas: Visit, town: Town
) -> None:
    with pytest.raises(Refused, match="Write a line"):
        hand_over(anas, town.ben, why="  ", by=town.ana)
    with pytest.raises(Refused, match="2,000 characters"):
        hand_over(anas, town.ben, why="x" * 2001, by=town.ana)
    with pytest.raises(Refused, match="yours already"):
        hand_over(anas, town.ana, why="x", by=town.ana)
    with moved_to(at("2026-11-19 09:10")):
        leaving.step()
    with pytest.raises(Refused, match="assign the ticket instead"):
        hand_over(anas, town.ben, why="x", by=town.ana)
