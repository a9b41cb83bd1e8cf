"""Round after round until someone answers (E1, E2, G3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from deskbell.lib.clock import moved_to
from deskbell.oncall import escalating, ladder, replies
from deskbell.oncall.models import Call, Page
from deskbell.oncall.watching import faults
from deskbell.people.models import Agent
from deskbell.tickets.models import Ticket
from tests.town import Town, at

pytestmark = pytest.mark.django_db
Opens = Callable[..., Ticket]


def rung_at(when: str) -> float:
    with moved_to(at(when)):
        return escalating.step()


def paged(round_: int) -> list[str]:
    mails = Page.objects.filter(way="mail", step=round_).order_by("id")
    return [page.agent.person.name.split()[0] for page in mails]


def test_it_repeats_every_five_minutes_and_from_the_second_round_to_the_manager_too(
    town: Town, rota: Callable[..., None], alarm: Opens
) -> None:
    rota(town.ana, town.ben)
    alarm("2026-11-24 03:00")
    rung_at("2026-11-24 03:04")
    assert (paged(1), paged(2)) == (["Ana"], [])
    rung_at("2026-11-24 03:05")
    rung_at("2026-11-24 03:05")
    assert (paged(2), paged(3)) == (["Ana", "Max"], [])
    rung_at("2026-11-24 03:10")
    assert paged(3) == ["Ana", "Max"]


def test_who_is_on_call_is_asked_when_the_round_fires_e1(
    town: Town, rota: Callable[..., None], alarm: Opens
) -> None:
    rota(town.ana, town.ben)
    alarm("2026-11-30 08:58")
    rung_at("2026-11-30 09:03")
    assert (paged(1), paged(2)) == (["Ana"], ["Ben", "Max"])


def test_a_call_that_can_not_be_rung_stops_no_other_and_is_tried_again(
    town: Town, rota: Callable[..., None], alarm: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    rota(town.ana, town.ben)
    broken = alarm("2026-11-24 03:00", key="one")
    alarm("2026-11-24 03:00", key="two")
    page, fails = ladder.page, {broken.pk}

    def paged_or_not(agent: Agent, call: Call, ticket: Ticket, **more: bool) -> list[Page]:
        if ticket.pk in fails:
            raise ValueError("a broken letter")
        return page(agent, call, ticket, **more)

    monkeypatch.setattr(ladder, "page", paged_or_not)
    rung_at("2026-11-24 03:05")
    assert paged(2) == ["Ana", "Max"]  # about the other
    with moved_to(at("2026-11-24 03:07")):
        assert [fault.reason for fault in faults.find() if fault.reason == "calls"] == ["calls"]
    fails.clear()
    rung_at("2026-11-24 03:07")
    assert paged(2) == ["Ana", "Max"] * 2
    with moved_to(at("2026-11-24 03:08")):
        assert not [fault for fault in faults.find() if fault.reason == "calls"]


def test_the_wait_is_an_instant_in_the_database_e2(
    town: Town, rota: Callable[..., None], alarm: Opens
) -> None:
    rota(town.ana)
    alarm("2026-11-24 03:00")
    assert Call.objects.get().next_at == at("2026-11-24 03:05")
    assert rung_at("2026-11-24 03:04:58") == pytest.approx(2)


def test_what_was_missed_while_no_worker_ran_is_one_round_e2(
    town: Town, rota: Callable[..., None], alarm: Opens
) -> None:
    rota(town.ana)
    alarm("2026-11-24 03:00")
    rung_at("2026-11-24 04:00")
    call = Call.objects.get()
    assert (call.round, call.next_at) == (2, at("2026-11-24 04:05"))


@pytest.mark.parametrize("when", ["2026-11-24 02:01", "2026-11-24 04:01"])
def test_a_clock_that_is_moved_by_an_hour_costs_a_page_and_loses_none_e2(
    town: Town, rota: Callable[..., None], alarm: Opens, when: str
) -> None:
    rota(town.ana)
    alarm("2026-11-24 03:00")
    rung_at(when)
    rung_at(when)
    call = Call.objects.get()
    assert (call.round, call.next_at) == (2, at(when) + timedelta(minutes=5))


def test_nobody_on_call_goes_to_the_manager_at_once_g3(
    town: Town, alarm: Opens, rota: Callable[..., None]
) -> None:
    rota(town.ana)
    town.ana.person.is_active = False
    town.ana.person.save()
    alarm()
    assert paged(1) == ["Max"]


def test_without_a_manager_all_administrators_are_paged_g3(
    town: Town, alarm: Opens, rota: Callable[..., None]
) -> None:
    rota(town.ana)
    for agent in (town.ana, town.max):
        agent.person.is_active = False
        agent.person.save()
    alarm()
    assert paged(1) == ["Ada"]


def test_with_nobody_to_page_the_call_goes_on_until_someone_is_there_g3(
    town: Town, alarm: Opens
) -> None:
    everyone = [town.ana, town.ben, town.eve, town.max, town.ada]
    for agent in everyone:
        agent.person.is_active = False
        agent.person.save()
    alarm("2026-11-24 03:00")
    assert paged(1) == []
    town.ben.person.is_active = True
    town.ben.person.save()
    rung_at("2026-11-24 03:05")
    assert paged(2) == ["Ben"]


def test_a_new_desk_pages_its_first_administrator(town: Town, alarm: Opens) -> None:
    alarm()
    assert paged(1) == ["Ada"]


def test_an_acknowledged_call_rings_no_more(
    town: Town, rota: Callable[..., None], alarm: Opens
) -> None:
    rota(town.ana)
    ticket = alarm("2026-11-24 03:00")
    with moved_to(at("2026-11-24 03:01")):
        replies.acknowledge(ticket, by=town.ben)
    rung_at("2026-11-24 03:30")
    assert paged(2) == []


@pytest.mark.django_db(transaction=True)
def test_several_workers_ring_a_round_once_e2(
    town: Town, rota: Callable[..., None], alarm: Opens
) -> None:
    rota(town.ana)
    for key in "abcdef":
        alarm("2026-11-24 03:00", key)
    workers = [Thread(target=_worker) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert sorted(Call.objects.values_list("round", flat=True)) == [2] * 6
    assert len(paged(2)) == 12


def _worker() -> None:
    rung_at("2026-11-24 03:05")
    connection.close()
