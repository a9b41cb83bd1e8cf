"""Warned and breached: once each, at their instant, whoever gets there and however late."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from deskbell.lib.clock import moved_to
from deskbell.people.models import Notice
from deskbell.sla import timers
from deskbell.sla.models import Clock
from deskbell.tickets.assigning import assign
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket, TicketEvent
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.words import Words
from tests.town import Town, at, build


@pytest.fixture
def ticket(town: Town) -> Ticket:
    """High, so due at ten and warned at a quarter to."""
    return opened(town)


def opened(town: Town) -> Ticket:
    with moved_to(at("2026-11-19 09:00")):
        return open_for_customer(
            "Black screen", Words("Dark"), requester=town.tess, impact=Impact.HIGH
        )


def tell_at(when: str) -> None:
    with moved_to(at(when)):
        timers.step()


def timed(ticket: Ticket) -> list[tuple[str, str]]:
    events = TicketEvent.objects.filter(ticket=ticket, kind__in=["warned", "breached"])
    return [(event.kind, f"{event.at:%H:%M:%S}") for event in events]


def test_a_clock_warns_at_three_quarters_and_breaches_after_its_instant(ticket: Ticket) -> None:
    tell_at("2026-11-19 09:44:59")
    assert timed(ticket) == []

    tell_at("2026-11-19 09:45:00")
    tell_at("2026-11-19 10:00:00")  # at the instant itself a reply would still be in time
    assert timed(ticket) == [("warned", "14:45:00")]

    tell_at("2026-11-19 10:00:00.001")
    tell_at("2026-11-19 10:00:01")
    assert timed(ticket) == [("warned", "14:45:00"), ("breached", "15:00:00")]
    assert Clock.objects.get(ticket=ticket).breached_at == at("2026-11-19 10:00:00")


def test_what_was_missed_is_caught_up_with_its_own_instant(ticket: Ticket) -> None:
    tell_at("2026-11-19 16:00:00")  # no worker ran all day

    assert timed(ticket) == [("breached", "15:00:00")]
    assert Clock.objects.get(ticket=ticket).breached_at == at("2026-11-19 10:00:00")


def test_a_breach_that_was_answered_before_anyone_noticed_is_still_recorded(
    ticket: Ticket, town: Town
) -> None:
    with moved_to(at("2026-11-19 10:30")):
        reply(ticket, Words("Sorry"), by=town.ana)
    tell_at("2026-11-19 11:00:00")

    assert timed(ticket) == [("breached", "15:30:00")]  # after the reply, in the journal's order
    clock = Clock.objects.get(ticket=ticket, metric="first_reply")
    assert clock.late_by is not None and clock.late_by.total_seconds() == 1800


def test_a_reply_in_time_tells_nobody(ticket: Ticket, town: Town) -> None:
    with moved_to(at("2026-11-19 09:30")):
        reply(ticket, Words("On it"), by=town.ana)
    tell_at("2026-11-19 12:00")

    assert timed(ticket) == []
    assert not Notice.objects.exists()


def test_the_assignee_is_told_and_without_one_the_team(ticket: Ticket, town: Town) -> None:
    tell_at("2026-11-19 09:45")
    assert set(Notice.objects.values_list("recipient", flat=True)) == {
        town.ana.pk,
        town.ben.pk,
        town.max.pk,
        town.ada.pk,
    }

    Notice.objects.all().delete()
    assign(ticket, town.ben, by=town.ana)
    tell_at("2026-11-19 10:01")
    notice = Notice.objects.get()
    assert notice.recipient == town.ben and notice.urgent
    assert notice.text == f"First reply is late: #{ticket.number} Black screen"


def test_the_loop_sleeps_until_the_next_instant_and_not_past_it(ticket: Ticket) -> None:
    with moved_to(at("2026-11-19 09:44:58")):
        assert 2.0 <= timers.step() < 2.1
    with moved_to(at("2026-11-19 09:30")):
        assert timers.step() == timers.LONGEST_SLEEP


@pytest.mark.django_db(transaction=True)
def test_workers_share_the_work_and_each_event_happens_once() -> None:
    town = build()
    tickets = [opened(town) for _ in range(40)]

    def work() -> None:
        tell_at("2026-11-19 10:05")
        tell_at("2026-11-19 10:06")
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert [timed(ticket) for ticket in tickets] == [[("breached", "15:00:00")]] * 40
