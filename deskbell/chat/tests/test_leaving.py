"""Ten minutes without a sign of the visitor end the live conversation; what was promised stays."""

from __future__ import annotations

from deskbell.chat.leaving import step
from deskbell.chat.models import Visit, Visitor
from deskbell.chat.saying import say
from deskbell.chat.visitors import see
from deskbell.lib.clock import moved_to
from deskbell.sla.explaining.words import REASONS
from deskbell.sla.models import Clock
from deskbell.tickets.events import Kind
from tests.town import Town, at


def is_live(visit: Visit) -> bool:
    visit.ticket.refresh_from_db()
    return visit.ticket.live


def test_ten_minutes_without_a_sign_end_the_live_conversation_k15(visit: Visit) -> None:
    with moved_to(at("2026-11-19 09:09:59")):
        assert step() == 1.0
    assert is_live(visit)
    with moved_to(at("2026-11-19 09:10")):
        assert step() == 30.0  # nobody is left to wait for
    assert not is_live(visit)
    ended = visit.ticket.events.get(kind=Kind.CHAT_ENDED)
    assert ended.data["why"] == "the visitor has been gone for 10 minutes"
    assert ended.data["why"] in REASONS  # an explanation says it in Spanish


def test_a_sign_each_minute_keeps_it_live(visitor: Visitor, visit: Visit) -> None:
    with moved_to(at("2026-11-19 09:09")):
        see(visitor)
    with moved_to(at("2026-11-19 09:15")):
        step()
    assert is_live(visit)


def test_what_is_left_twice_ends_twice(visitor: Visitor, visit: Visit) -> None:
    with moved_to(at("2026-11-19 09:30")):
        step()
        step()
        say(visitor, "I am back", client_id="second-message")
    assert is_live(visit)
    with moved_to(at("2026-11-19 09:40")):
        step()
    assert visit.ticket.events.filter(kind=Kind.CHAT_ENDED).count() == 2


def test_when_it_ends_the_impacts_promise_alone_remains_k8_k15(
    visitor: Visitor, town: Town
) -> None:
    """Nobody is there on a Saturday: the chat had promised Monday 8:05, Normal promises noon."""
    with moved_to(at("2026-11-21 12:00")):
        ticket = say(visitor, "Anyone?", client_id="first-message").ticket
    with moved_to(at("2026-11-21 12:10")):
        step()
    assert Clock.objects.get(ticket=ticket).due_at == at("2026-11-23 12:00")


def test_nobody_here_means_a_long_pause(db: None) -> None:
    assert step() == 30.0
