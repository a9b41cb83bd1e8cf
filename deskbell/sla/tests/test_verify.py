"""`deskbell sla verify`: the stored clocks are what the events say, and a difference is found (K12)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deskbell.lib.clock import moved_to
from deskbell.sla import timers
from deskbell.sla.models import Clock, Standing
from deskbell.sla.verify import differences
from deskbell.tickets.events import Kind
from deskbell.tickets.fields.defining import Written, define
from deskbell.tickets.fields.setting import set_field
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import hear, reply
from deskbell.tickets.words import Words
from tests.town import Town, at

NOON = at("2026-11-19 12:00")


@pytest.fixture
def ticket(town: Town) -> Ticket:
    with moved_to(at("2026-11-19 09:00")):
        ticket = open_for_customer("Black screen", Words("Dark"), requester=town.tess)
    with moved_to(at("2026-11-19 10:00")):
        reply(ticket, Words("On it"), by=town.ana)
    with moved_to(at("2026-11-19 11:00")):
        hear(ticket, Words("Well?"), author=town.tess)
    return ticket


def found() -> list[str]:
    with moved_to(NOON):
        return [f"{d.metric} {d.field}" for d in differences()]


def test_what_the_verbs_wrote_is_what_a_replay_gives_k12(ticket: Ticket) -> None:
    assert found() == []


def test_what_a_ticket_holds_in_a_custom_field_moves_no_clock(ticket: Ticket, town: Town) -> None:
    before = list(Clock.objects.filter(ticket=ticket).values())
    with moved_to(at("2026-11-19 11:30")):
        set_field(ticket, define(Written("Room")), ["204"], by=town.ana.person)
    assert ticket.events.filter(kind=Kind.FIELD).exists()
    assert list(Clock.objects.filter(ticket=ticket).values()) == before
    assert found() == []


@pytest.mark.parametrize(
    ("metric", "change"),
    [
        ("first_reply", {"outcome": "breached"}),
        ("first_reply", {"stopped_at": at("2026-11-19 10:01")}),
        ("next_reply", {"due_at": NOON + timedelta(microseconds=1)}),
        ("next_reply", {"target": timedelta(hours=9)}),
        ("periodic_update", {"marks": ["held"]}),
    ],
)
def test_a_clock_that_was_tampered_with_is_found(
    ticket: Ticket, metric: str, change: dict[str, object]
) -> None:
    Clock.objects.filter(ticket=ticket, metric=metric).update(**change)
    assert found() == [f"{metric} {field}" for field in change]


def test_a_clock_that_is_missing_is_found(ticket: Ticket) -> None:
    Clock.objects.filter(ticket=ticket, metric="next_reply").delete()
    assert found() == ["next_reply clock"]


def test_a_ticket_that_stands_nowhere_is_found(ticket: Ticket) -> None:
    Standing.objects.all().delete()
    assert found() == [" standing"]


def test_a_breach_that_is_due_and_not_yet_noted_is_the_only_one_allowed(ticket: Ticket) -> None:
    with moved_to(at("2026-11-19 19:30")):
        assert list(differences()) == []
        timers.step()
        assert list(differences()) == []
    assert Clock.objects.get(metric="next_reply").outcome == "breached"
