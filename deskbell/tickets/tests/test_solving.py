"""The states of a ticket, and what may not be solved by accident."""

from __future__ import annotations

import pytest

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.people.models import Agent
from deskbell.tickets.models import Ticket
from deskbell.tickets.replying import hear, reply
from deskbell.tickets.solving import close_what_was_solved_long_ago, set_state
from deskbell.tickets.words import Words
from tests.town import Town, at


def test_solving_an_unanswered_ticket_asks_for_an_answer_k14(ticket: Ticket, ana: Agent) -> None:
    with pytest.raises(Refused, match="has no answer yet"):
        set_state(ticket, "solved", by=ana)

    assert set_state(ticket, "solved", by=ana, unanswered=True).state == "solved"


def test_solving_after_an_answer_needs_nothing_more(ticket: Ticket, ana: Agent, town: Town) -> None:
    reply(ticket, Words("Fixed"), by=ana)
    assert set_state(ticket, "solved", by=ana).state == "solved"

    hear(ticket, Words("Not fixed"), author=town.tess)
    with pytest.raises(Refused, match="has no answer yet"):
        set_state(ticket, "solved", by=ana)


@pytest.mark.parametrize("state", ["closed", "happy", ""])
def test_a_state_that_no_one_may_choose_is_refused(ticket: Ticket, ana: Agent, state: str) -> None:
    with pytest.raises(Refused, match="is no state to choose"):
        set_state(ticket, state, by=ana)


def test_the_same_state_again_is_no_event(ticket: Ticket, ana: Agent) -> None:
    before = ticket.events.count()
    set_state(ticket, "open", by=ana)
    assert ticket.events.count() == before


def test_a_ticket_closes_fourteen_days_after_it_was_solved_and_not_before(
    ticket: Ticket, ana: Agent
) -> None:
    with moved_to(at("2026-11-19 12:00")):
        set_state(ticket, "solved", by=ana, unanswered=True)

    with moved_to(at("2026-12-03 11:59")):
        assert close_what_was_solved_long_ago() == 0
    with moved_to(at("2026-12-03 12:00")):
        assert close_what_was_solved_long_ago() == 1
    assert Ticket.objects.get(pk=ticket.pk).state == "closed"
    with pytest.raises(Refused, match="is closed"):
        set_state(ticket, "open", by=ana)
