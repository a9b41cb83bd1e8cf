"""Three questions give the impact by its definitions; an Urgent one rings the team at once (P6)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deskbell.chat import giving
from deskbell.chat.models import Visit, Visitor
from deskbell.chat.saying import say
from deskbell.chat.triage import Answers, answer, impact_of, read
from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.people.models import Notice
from deskbell.tickets.events import Kind
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket
from deskbell.tickets.triage import set_impact
from tests.town import Town, at

WORST = Answers("no", "school", "no")


@pytest.mark.parametrize(
    ("works", "students", "around", "impact"),
    [
        ("no", "school", "no", Impact.URGENT),
        ("no", "class", "no", Impact.URGENT),
        ("no", "class", "yes", Impact.HIGH),
        ("no", "few", "no", Impact.NORMAL),
        ("no", "few", "yes", Impact.NORMAL),
        ("hardly", "school", "no", Impact.HIGH),
        ("hardly", "class", "yes", Impact.NORMAL),
        ("hardly", "few", "no", Impact.NORMAL),
        ("yes", "school", "no", Impact.NORMAL),
        ("yes", "school", "yes", Impact.LOW),
        ("yes", "few", "no", Impact.LOW),
    ],
)
def test_the_answers_give_the_impact_of_the_definitions_p6(
    works: str, students: str, around: str, impact: Impact
) -> None:
    assert impact_of(read(works, students, around)) == impact


def test_the_answers_stand_with_the_event_and_say_why(
    visitor: Visitor, visit: Visit, town: Town
) -> None:
    with moved_to(at("2026-11-19 09:01")):
        answer(visitor, WORST)
    event = visit.ticket.events.get(kind=Kind.IMPACT)
    assert event.by == visitor.person
    assert event.data["reason"] == (
        "by their answers: it can’t be used, the whole school, no way around it"
    )
    assert event.data["answers"] == {"works": "no", "students": "school", "around": "no"}
    assert Ticket.objects.get().impact == Impact.URGENT


def test_by_day_an_urgent_one_rings_the_team_at_once(visitor: Visitor, town: Town) -> None:
    with moved_to(at("2026-11-19 09:00")):
        say(visitor, "It is all down", client_id="first-message")
        giving.step()
        assert not Notice.objects.exists()
        answer(visitor, WORST)
        giving.step()
    assert Notice.objects.filter(recipient=town.ben, text__startswith="Urgent!").exists()


def test_less_than_urgent_rings_nobody_at_once(visitor: Visitor, visit: Visit) -> None:
    with moved_to(at("2026-11-19 09:00")):
        answer(visitor, Answers("hardly", "school", "no"))
        giving.step()
    assert not Notice.objects.exists()


def test_at_night_nobody_is_rung_by_the_queue(a_chat: Callable[..., Visit], town: Town) -> None:
    visit = a_chat(when="2026-11-19 23:00")
    with moved_to(at("2026-11-19 23:01")):
        answer(visit.visitor, WORST)
        giving.step()
    assert not Notice.objects.filter(text__startswith="Urgent!").exists()


def test_they_may_answer_anew_until_the_team_has_judged(
    visitor: Visitor, visit: Visit, town: Town
) -> None:
    with moved_to(at("2026-11-19 09:02")):
        answer(visitor, WORST)
        answer(visitor, Answers("no", "few", "no"))
        assert Ticket.objects.get().impact == Impact.NORMAL
        set_impact(visit.ticket, Impact.LOW, by=town.ana, reason="One tablet")
        with pytest.raises(Refused, match="The team has looked at this already"):
            answer(visitor, WORST)
    assert Ticket.objects.get().impact == Impact.LOW


@pytest.mark.parametrize("wrong", [("", "few", "no"), ("no", "many", "no"), ("no", "few", "<b>")])
def test_other_answers_are_refused(wrong: tuple[str, str, str]) -> None:
    with pytest.raises(Refused, match="Answer the three questions"):
        read(*wrong)


def test_before_a_first_message_there_is_nothing_to_judge(visitor: Visitor) -> None:
    with pytest.raises(Refused, match="Write what is going on first"):
        answer(visitor, WORST)
