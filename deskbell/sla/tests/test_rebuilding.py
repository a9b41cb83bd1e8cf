"""`deskbell sla rebuild`: whatever was done to the rows, they are again what the events say (K12)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import NotFound
from deskbell.people.models import Notice
from deskbell.sla import timers
from deskbell.sla.models import Clock, Standing
from deskbell.sla.moving import move
from deskbell.sla.policies import current_version
from deskbell.sla.rebuilding import rebuild
from deskbell.sla.tests.plans import opened, version_with
from deskbell.sla.verify import differences
from deskbell.tickets.models import Ticket, TicketEvent
from deskbell.tickets.replying import reply
from deskbell.tickets.words import Words
from tests.town import Town, at

EVENING = at("2026-11-19 18:00")


@pytest.fixture
def ticket(town: Town) -> Ticket:
    """Answered too late, and told so; an update is owed."""
    [ticket] = opened(town.tess, "2026-11-18 09:00")
    with moved_to(at("2026-11-18 13:30")):
        timers.step()
    with moved_to(at("2026-11-18 14:00")):
        reply(ticket, Words("On it"), by=town.ana)
    [other] = opened(town.sam, "2026-11-19 09:00")
    with moved_to(at("2026-11-19 14:00")):
        timers.step()
    assert other.number != ticket.number
    return ticket


def rows() -> list[Any]:
    return list(Clock.objects.order_by("ticket", "metric", "ordinal").values())


def rebuilt(number: int | None = None) -> list[str]:
    with moved_to(EVENING):
        found = [f"{each.metric} {each.field}" for part in rebuild(number) for each in part.changed]
        assert number or list(differences()) == []
    return found


def test_what_is_right_is_left_alone_k12(ticket: Ticket) -> None:
    with moved_to(EVENING):
        timers.step()
    before = rows()
    assert rebuilt() == []
    assert rows() == before


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "met"},
        {"due_at": EVENING + timedelta(days=4)},
        {"target": timedelta(hours=9), "coverage": "always"},
        {"marks": ["held"], "stopped_at": EVENING},
    ],
)
def test_a_clock_that_was_tampered_with_is_put_right_k12(
    ticket: Ticket, change: dict[str, object]
) -> None:
    with moved_to(EVENING):
        timers.step()
    before = rows()
    Clock.objects.filter(metric="first_reply").update(**change)
    assert len(rebuilt()) == 2 * len(change)
    assert rows() == before
    assert rebuilt() == []


def test_lost_rows_are_made_again_and_nobody_is_told_twice_k12(ticket: Ticket) -> None:
    with moved_to(EVENING):
        timers.step()
    events, notices = TicketEvent.objects.count(), Notice.objects.count()
    Clock.objects.all().delete()
    with moved_to(EVENING):
        changed = [each for part in rebuild() for each in part.changed]
        assert {each.field for each in changed} == {"clock"}
        timers.step()
        assert list(differences()) == []
    assert TicketEvent.objects.count() == events
    assert Notice.objects.count() == notices


def test_a_ticket_that_stands_nowhere_stands_again_where_it_did_k9_k12(ticket: Ticket) -> None:
    first = current_version()
    with moved_to(at("2026-11-19 15:00")):
        second = version_with(2)
        move(ticket, second, reason="As agreed", by=None)
        timers.step()
    before = list(Standing.objects.order_by("ticket").values())
    Standing.objects.all().delete()
    assert len(rebuilt()) == 2
    assert list(Standing.objects.order_by("ticket").values()) == before
    assert Standing.objects.get(ticket=ticket).version == second
    assert Standing.objects.get(ticket=ticket).opened_under == first
    Standing.objects.update(version=first)
    assert rebuilt() == [" version"]


def test_one_ticket_alone_can_be_rebuilt(ticket: Ticket) -> None:
    with moved_to(EVENING):
        timers.step()
    Clock.objects.filter(metric="first_reply").update(outcome="met")
    assert rebuilt(ticket.number) == ["first_reply outcome"]
    with moved_to(EVENING):
        assert len(list(differences())) == 1


def test_a_number_that_nobody_has_is_said_to_be_none(town: Town) -> None:
    with pytest.raises(NotFound, match="#12345"):
        list(rebuild(12345))
