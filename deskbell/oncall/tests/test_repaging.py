"""Answered, and then? Forgotten, snoozed, taken over (E4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.oncall import repaging, replies
from deskbell.oncall.models import Call, Page
from deskbell.tickets import replying, solving
from deskbell.tickets.models import Ticket
from deskbell.tickets.words import Words
from tests.town import Town, at

pytestmark = pytest.mark.django_db
Opens = Callable[..., Ticket]
START = at("2026-11-24 03:00")


@pytest.fixture
def answered(town: Town, rota: Callable[..., None], alarm: Opens) -> Ticket:
    """An Urgent alert at 3:00 that Ana has had in hand since 3:01."""
    rota(town.ana)
    ticket = alarm()
    with moved_to(START + timedelta(minutes=1)):
        replies.acknowledge(ticket, by=town.ana)
    return ticket


def looked_after(minutes: float) -> None:
    with moved_to(START + timedelta(minutes=minutes)):
        repaging.step()


def test_an_urgent_alert_without_activity_pages_again_after_half_an_hour_e4(
    town: Town, answered: Ticket
) -> None:
    looked_after(30.9)
    assert Call.objects.count() == 1
    looked_after(31)
    again = Call.objects.latest("id")
    assert again.is_ringing
    assert again.reason.startswith("No activity for 30 min since Ana Alvarez had it")
    assert Page.objects.filter(call=again).exists()


def test_a_high_one_after_four_hours_e4(town: Town, answered: Ticket) -> None:
    Call.objects.update(impact="high", checks_at=START + timedelta(minutes=31))
    looked_after(31)
    assert Call.objects.get().checks_at == START + timedelta(hours=4, minutes=1)
    looked_after(241)
    assert Call.objects.count() == 2


def test_whatever_someone_does_on_the_ticket_is_activity_e4(town: Town, answered: Ticket) -> None:
    with moved_to(START + timedelta(minutes=20)):
        replying.note(answered, Words("The database is full"), by=town.ben)
    looked_after(31)
    assert Call.objects.get().checks_at == START + timedelta(minutes=50)


def test_what_was_solved_or_is_over_is_let_go_e4(
    town: Town, answered: Ticket, alarm: Opens
) -> None:
    with moved_to(START + timedelta(minutes=2)):
        solving.set_state(answered, "solved", by=town.ana, unanswered=True)
    second = alarm("2026-11-24 03:05", "two")
    with moved_to(START + timedelta(minutes=6)):
        replies.acknowledge(second, by=town.ana)
    alarm("2026-11-24 03:07", "two", ended=True)
    looked_after(60)
    assert Call.objects.count() == 2
    assert not Call.objects.exclude(checks_at=None).exists()


def test_it_pages_again_once_however_often_it_is_looked_at_e2_e4(
    town: Town, answered: Ticket
) -> None:
    looked_after(31)
    looked_after(32)
    assert Call.objects.count() == 2


def test_a_snoozed_call_wakes_at_its_instant_and_pages(town: Town, answered: Ticket) -> None:
    until = START + timedelta(hours=2)
    with moved_to(START + timedelta(minutes=5)):
        repaging.snooze(answered, until=until, by=town.ana)
    looked_after(119)
    assert Call.objects.count() == 1
    looked_after(120)
    again = Call.objects.latest("id")
    assert again.reason == "Snoozed by Ana Alvarez, and not over: Alert from Alertmanager"


def test_snoozing_what_rings_takes_it_in_hand(
    town: Town, rota: Callable[..., None], alarm: Opens
) -> None:
    rota(town.ana)
    ticket = alarm()
    with moved_to(START + timedelta(minutes=1)):
        repaging.snooze(ticket, until=START + timedelta(minutes=30), by=town.ben)
    call = Call.objects.get()
    assert (call.state, str(call.answered_by)) == ("answered", "Ben Baker")


@pytest.mark.parametrize("minutes", [0, 3 * 24 * 60 + 1])
def test_a_snooze_has_a_near_end(town: Town, answered: Ticket, minutes: int) -> None:
    with moved_to(START), pytest.raises(Refused, match="three days"):
        repaging.snooze(answered, until=START + timedelta(minutes=minutes), by=town.ana)


def test_whoever_takes_over_has_the_call_and_the_ticket(town: Town, answered: Ticket) -> None:
    with moved_to(START + timedelta(minutes=10)):
        repaging.take_over(answered, by=town.eve)
    answered.refresh_from_db()
    assert (str(Call.objects.get().answered_by), answered.assignee) == ("Eve Engström", town.eve)
    looked_after(31)
    assert Call.objects.get().checks_at == START + timedelta(minutes=40)


def test_the_pages_that_wait_are_dropped_with_the_acknowledgement(
    town: Town, rota: Callable[..., None], alarm: Opens
) -> None:
    rota(town.ana)
    ticket = alarm()
    call = Call.objects.get()
    late = Page.objects.create(call=call, agent=town.ana, way="voice", step=1)
    with moved_to(START + timedelta(minutes=1)):
        replies.acknowledge(ticket, by=town.ana)
    late.refresh_from_db()
    assert late.state == "dropped"
    assert Page.objects.get(way="app").state == "sent"
