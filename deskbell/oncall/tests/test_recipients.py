"""Who is paged by a step: those who are there, and who can be reached (G2, G3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deskbell.oncall.gaps.reach import reach
from deskbell.oncall.models import Method, Page, Uncovered
from deskbell.oncall.tests.http_provider import Provider, add_method
from deskbell.oncall.ways.remote import REMOTE
from deskbell.people.models import Absence, Agent
from deskbell.tickets.models import Ticket
from tests.town import Town, at

pytestmark = pytest.mark.django_db
Opens = Callable[..., Ticket]


def on_leave(*agents: Agent) -> None:
    for agent in agents:
        Absence.objects.create(
            agent=agent, starts_at=at("2026-11-23 00:00"), ends_at=at("2026-11-30 00:00")
        )


def paged() -> list[str]:
    pages = Page.objects.order_by("agent").distinct("agent").select_related("agent__person")
    return [page.agent.person.name.split()[0] for page in pages]


def test_who_is_on_leave_is_let_alone_and_the_next_step_comes_at_once_g2(
    town: Town, rota: Callable[..., None], alarm: Opens
) -> None:
    rota(town.ana)
    on_leave(town.ana)
    alarm("2026-11-24 03:00")
    assert paged() == ["Max"]
    assert Uncovered.objects.exists()


def test_who_is_back_is_paged_again_g2(town: Town, rota: Callable[..., None], alarm: Opens) -> None:
    rota(town.ana)
    on_leave(town.ana)
    alarm("2026-11-30 00:00")
    assert paged() == ["Ana"]


def test_where_nobody_else_is_there_leave_does_not_count_g3(
    town: Town, rota: Callable[..., None], alarm: Opens
) -> None:
    rota(town.ana)
    on_leave(*Agent.objects.all())
    alarm("2026-11-24 03:00")
    assert paged() == ["Max"]


def test_a_way_that_the_desk_does_not_speak_reaches_nobody_g2(
    town: Town,
    rota: Callable[..., None],
    alarm: Opens,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = at("2026-12-31 03:00")  # the desk is no new one any more
    monkeypatch.delitem(REMOTE, "voice", raising=False)
    rota(town.ana)
    method = add_method(town.ana, provider, way="voice", tested_at=now)
    assert reach([town.ana], now)[town.ana.pk].problem == (
        "Ana Alvarez has no contact method that works."
    )
    alarm("2026-11-24 03:00")
    assert sorted(Page.objects.values_list("way", flat=True)) == ["app", "mail"]
    Method.objects.filter(pk=method.pk).update(way="ntfy")
    assert reach([town.ana], now)[town.ana.pk] == ("", "")
