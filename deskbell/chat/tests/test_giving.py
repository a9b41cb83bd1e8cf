"""Chats are handed out by load, passed on when they are not taken, and nobody gets more than the limit."""

from __future__ import annotations

from collections.abc import Callable

from deskbell.chat import giving, takers
from deskbell.chat.models import Taker, Visit, Wait
from deskbell.chat.queue import accept, waiting
from deskbell.chat.rules import set_rules
from deskbell.lib.clock import moved_to
from deskbell.people.models import Notice
from deskbell.tickets.events import Kind
from deskbell.tickets.replying import reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.words import Words
from tests.town import Town, at

NOON = "2026-11-19 12:00"
TIMES = {"passed_on_after": 45, "team_rings_after": 120, "lead_rings_after": 240}
Takes = Callable[..., None]
Chats = Callable[..., Visit]


def step_at(when: str) -> float:
    with moved_to(at(when)):
        return giving.step()


def whose() -> list[str]:
    return [str(wait.given_to or "nobody").split()[0] for wait in waiting()]


def test_each_goes_to_whoever_has_the_fewest(town: Town, takes: Takes, a_chat: Chats) -> None:
    takes(town.ana, town.ben, when=NOON)
    with moved_to(at(NOON)):
        accept(a_chat(when=NOON), by=town.ana)
    for _ in range(3):
        a_chat(when=NOON)
    step_at(NOON)
    assert whose() == ["Ben", "Ana", "Ben"]  # one each, then to who was given none for longer
    tickets = [wait.visit.ticket for wait in waiting()]
    assert [str(ticket.assignee).split()[0] for ticket in tickets] == whose()


def test_it_is_told_to_them_and_stands_on_the_ticket(
    town: Town, takes: Takes, visit: Visit
) -> None:
    takes(town.ana)
    step_at("2026-11-19 09:00")
    notice = Notice.objects.get(recipient=town.ana)
    assert (notice.text, notice.urgent) == ("A chat for you: My screen is black", True)
    event = visit.ticket.events.get(kind=Kind.ASSIGNED)
    assert (event.by, event.data["why"]) == (None, giving.FEWEST)


def test_nobody_has_more_than_the_limit_and_the_next_comes_with_room(
    town: Town, takes: Takes, a_chat: Chats
) -> None:
    set_rules(automatic=True, most_at_once=1, **TIMES)
    takes(town.ana, when=NOON)
    first, _ = a_chat(when=NOON), a_chat("Second", when=NOON)
    step_at(NOON)
    assert whose() == ["Ana", "nobody"]
    with moved_to(at(NOON)):
        reply(first.ticket, Words("Look again"), by=town.ana)
    step_at(NOON)
    assert whose() == ["nobody"]
    with moved_to(at(NOON)):
        set_state(first.ticket, "solved", by=town.ana)
    step_at(NOON)
    assert whose() == ["Ana"]


def test_what_is_not_taken_goes_on_to_the_next_and_then_to_anyone(
    town: Town, takes: Takes, a_chat: Chats
) -> None:
    takes(town.ana, town.ben, when=NOON)
    visit = a_chat(when=NOON)
    assert step_at(NOON) == 30.0  # the ring is due in two minutes, the next hand in 45 seconds
    assert whose() == ["Ana"]
    step_at("2026-11-19 12:00:44")
    assert whose() == ["Ana"]
    step_at("2026-11-19 12:00:45")
    assert whose() == ["Ben"]
    step_at("2026-11-19 12:01:30")
    step_at("2026-11-19 12:01:31")
    assert whose() == ["nobody"]
    visit.ticket.refresh_from_db()
    assert visit.ticket.assignee is None
    with moved_to(at("2026-11-19 12:02")):
        assert accept(visit, by=town.ana).assignee == town.ana


def test_who_shows_no_sign_of_life_is_given_nothing(
    town: Town, takes: Takes, a_chat: Chats
) -> None:
    takes(town.ana, when="2026-11-19 11:57")
    takes(town.ben, when="2026-11-19 11:50")
    with moved_to(at("2026-11-19 11:59")):
        takers.see(town.ben)
        takers.see(town.eve)  # who takes no chats: nothing comes of it
    a_chat(when=NOON)
    step_at(NOON)
    assert whose() == ["Ben"]
    assert Taker.objects.count() == 2


def test_who_takes_no_more_keeps_what_they_have(town: Town, takes: Takes, a_chat: Chats) -> None:
    takes(town.ana, when=NOON)
    with moved_to(at(NOON)):
        mine = a_chat(when=NOON)
        accept(mine, by=town.ana)
        takers.set_taking(town.ana, False)
        a_chat(when=NOON)
        giving.step()
        assert takers.loads([town.ana])[town.ana.pk] == 1
    assert whose() == ["nobody"]


def test_a_desk_may_leave_it_to_people(town: Town, takes: Takes, a_chat: Chats) -> None:
    set_rules(automatic=False, most_at_once=3, **TIMES)
    takes(town.ana, when=NOON)
    a_chat(when=NOON)
    step_at(NOON)
    assert whose() == ["nobody"]


def test_the_tickets_team_comes_first(town: Town, takes: Takes, a_chat: Chats) -> None:
    takes(town.eve, town.ben, when=NOON)  # an engineer, and one of Support
    a_chat(when=NOON)
    step_at(NOON)
    assert whose() == ["Ben"]


def test_others_help_while_nobody_of_the_team_takes_chats(
    town: Town, takes: Takes, a_chat: Chats
) -> None:
    takes(town.eve, when=NOON)
    a_chat(when=NOON)
    step_at(NOON)
    assert whose() == ["Eve"]


def test_the_make_believe_town_rings_nobody(town: Town, takes: Takes, visit: Visit) -> None:
    visit.ticket.demo = True
    visit.ticket.save()
    takes(town.ana)
    step_at("2026-11-19 09:00")
    step_at("2026-11-19 09:05")
    assert not Notice.objects.exists()
    assert Wait.objects.get().given_to is None
