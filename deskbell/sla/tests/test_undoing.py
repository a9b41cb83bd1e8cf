"""A reply that was taken back never was: the clocks are as if nobody had answered (K1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deskbell.lib import clock
from deskbell.sla.keeping import DERIVED
from deskbell.sla.models import Clock
from deskbell.sla.verify import differences
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import hear, reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.undoing import undo
from deskbell.tickets.words import Words
from tests.town import Town, at

NOON = at("2026-11-19 12:00")


def clocks_of(ticket: Ticket) -> list[dict[str, object]]:
    return list(Clock.objects.filter(ticket=ticket).order_by("metric", "ordinal").values(*DERIVED))


@pytest.mark.parametrize("then", ["", "pending", "solved"])
@pytest.mark.parametrize("rounds", [0, 1])
def test_k1_undone_a_reply_stops_and_starts_no_clock(town: Town, then: str, rounds: int) -> None:
    with clock.moved_to(NOON):
        ticket = open_for_customer("Dark", Words("It is dark"), requester=town.tess)
        for _ in range(rounds):
            reply(ticket, Words("Try again"), by=town.ana)
            hear(ticket, Words("Still dark"), author=town.tess)
    before = clocks_of(ticket)
    with clock.moved_to(NOON + timedelta(minutes=5)):
        message = reply(ticket, Words("Oops"), by=town.ana, may_be_undone=True)
        if then:
            set_state(ticket, then, by=town.ana)
    assert clocks_of(ticket) != before
    with clock.moved_to(NOON + timedelta(minutes=5, seconds=8)):
        undo(ticket, message.pk, by=town.ana)

        assert clocks_of(ticket) == before
        assert list(differences()) == []


def test_k1_a_reply_counts_from_the_press_of_send_although_it_leaves_later(town: Town) -> None:
    with clock.moved_to(NOON):
        ticket = open_for_customer("Dark", Words("It is dark"), requester=town.tess)
    with clock.moved_to(NOON + timedelta(hours=4)):  # the very instant at which it is due
        reply(ticket, Words("Try again"), by=town.ana, may_be_undone=True)

    first = Clock.objects.get(ticket=ticket, metric=Clock.Metric.FIRST_REPLY)
    assert (first.outcome, first.stopped_at) == ("met", NOON + timedelta(hours=4))
