"""Who is near: typing and seen, in both directions, and who answers. Of typing nothing is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from deskbell.chat import attention
from deskbell.chat.handing_over import hand_over
from deskbell.chat.models import Visit
from deskbell.chat.queue import accept
from deskbell.chat.saying import say
from deskbell.chat.visitors import meet
from deskbell.realtime.models import LiveEvent
from deskbell.tickets.models import TicketEvent
from deskbell.tickets.replying import note, reply
from deskbell.tickets.words import Words
from tests.town import Town


@pytest.fixture
def visit(town: Town) -> Visit:
    visitor, _ = meet()
    say(visitor, "My screen is black", client_id="first-message")
    return Visit.objects.get()


def heard(visit: Visit, what: str) -> list[Any]:
    """What both sides were told of this, in order."""
    events = LiveEvent.objects.filter(topic=attention.topic(visit)).order_by("id")
    told = [json.loads(each.data) for each in events]
    return [each for each in told if what in each]


def test_typing_is_told_to_the_other_side_and_never_kept(visit: Visit, town: Town) -> None:
    before = TicketEvent.objects.count()
    attention.types(visit)
    attention.types(visit, by=town.ana)
    assert [(each["side"], each["who"]) for each in heard(visit, "typing")] == [
        ("customer", ""),
        ("team", "Ana"),
    ]
    assert TicketEvent.objects.count() == before


def test_typing_is_not_told_with_every_key() -> None:
    typing, mia, ana = attention.Typing(), (1, None), (1, 7)
    assert [typing.is_news(mia, at) for at in (100, 101.9, 102, 103)] == [True, False, True, False]
    assert typing.is_news(ana, 103)


def test_the_visitor_sees_that_the_team_has_seen_and_is_told_once(visit: Visit) -> None:
    attention.team_saw(visit)
    attention.team_saw(visit)
    said = visit.ticket.messages.get()
    assert heard(visit, "saw") == [{"side": "team", "saw": said.pk}]
    assert Visit.objects.get().team_saw == said.pk


def test_the_team_sees_what_the_visitor_has_seen(visit: Visit, town: Town) -> None:
    answer = reply(visit.ticket, Words("Which room?"), by=town.ana)
    attention.visitor_saw(visit, answer.pk)
    attention.visitor_saw(visit, answer.pk - 1)  # of a tab that is behind
    assert heard(visit, "saw") == [{"side": "customer", "saw": answer.pk}]
    assert Visit.objects.get().visitor_saw == answer.pk


def test_nobody_has_seen_what_is_not_there_or_not_theirs(visit: Visit, town: Town) -> None:
    internal = note(visit.ticket, Words("SECRET"), by=town.ana)
    for key in (internal.pk, internal.pk + 1000, 0, -1):
        attention.visitor_saw(visit, key)
    assert heard(visit, "saw") == []


def test_the_visitor_hears_who_answers_and_kindly_of_a_handover(visit: Visit, town: Town) -> None:
    assert attention.standing(visit) == {"who": "", "handed": False}
    accept(visit, by=town.ana)
    hand_over(Visit.objects.get(), town.ben, why="It is the network", by=town.ana)
    accept(Visit.objects.get(), by=town.ben)
    told = [(each["who"], each["handed"]) for each in heard(visit, "handed")]
    assert ("Ana", False) in told and told[-1] == ("Ben", False)
    assert told.index(("Ana", False)) < told.index(("", True)) < len(told) - 1
    assert "network" not in json.dumps(heard(visit, "handed"))
