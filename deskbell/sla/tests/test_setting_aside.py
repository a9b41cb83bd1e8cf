"""What is owed for spam, and for what was deleted: nothing more; and all of it again when it comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.sla.models import Clock
from deskbell.sla.verify import differences
from deskbell.tickets.aside.models import Aside
from deskbell.tickets.aside.setting_aside import bring_back, delete, mark_as_spam
from deskbell.tickets.events import Kind
from deskbell.tickets.models import State, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.snoozing import snooze
from deskbell.tickets.solving import set_state
from deskbell.tickets.words import Words
from tests.town import Town, at


@pytest.fixture
def ticket(town: Town) -> Ticket:
    """Opened on a Thursday at nine, Eastern, by a teacher."""
    with moved_to(at("2026-11-19 09:00")):
        return open_for_customer("Black screen", Words("It is dark"), requester=town.tess)


def test_nothing_is_owed_for_spam(town: Town, ticket: Ticket) -> None:
    with moved_to(at("2026-11-19 14:00")):  # late since one o'clock
        mark_as_spam(ticket, by=town.ana)
        assert list(differences()) == []
    assert set(Clock.objects.values_list("outcome", "breached_at")) == {("cancelled", None)}
    assert Ticket.objects.get().state == State.CLOSED


def test_not_spam_brings_back_what_was_there(town: Town, ticket: Ticket) -> None:
    reply(ticket, Words("Which screen?"), by=town.ben, at=ticket.created_at)
    set_state(ticket, "pending", by=town.ben)
    snooze(ticket, until := clock.now() + timedelta(days=1), by=town.ben)
    before = list(Clock.objects.order_by("pk").values("metric", "outcome", "due_at", "stopped_at"))
    mark_as_spam(ticket, by=town.ana)
    assert Ticket.objects.get().snoozed_until is None
    back = bring_back(ticket, by=town.ben)
    fresh = Ticket.objects.get()
    assert (fresh.state, fresh.aside, fresh.aside_at) == ("pending", "", None)
    assert (fresh.snoozed_until, fresh.assignee) == (until, town.ben)
    assert back.events.latest("sequence").kind == Kind.BROUGHT_BACK
    after = list(Clock.objects.order_by("pk").values("metric", "outcome", "due_at", "stopped_at"))
    assert after == before
    assert list(differences()) == []


def test_a_deleted_late_ticket_stays_a_missed_promise(town: Town, ticket: Ticket) -> None:
    with moved_to(at("2026-11-19 14:00")):
        delete(ticket, by=town.max)
        assert list(differences()) == []
    assert Clock.objects.get().outcome == Clock.Outcome.BREACHED


def test_spam_that_is_deleted_is_restored_as_spam(town: Town, ticket: Ticket) -> None:
    mark_as_spam(ticket, by=town.ana)
    delete(ticket, by=town.max)
    assert bring_back(ticket, by=town.max).aside == Aside.SPAM
    assert bring_back(ticket, by=town.ana).state == State.OPEN
    assert list(differences()) == []
