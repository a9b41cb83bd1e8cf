"""Outside the hours of an impact: held, downgraded, or paged all the same (E7, K6)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deskbell.lib.clock import moved_to
from deskbell.monitoring.models import Component, Service, Source
from deskbell.monitoring.sources import ensure_default_source
from deskbell.oncall import escalating, replies
from deskbell.oncall.answering import answering_of
from deskbell.oncall.models import Answering, Call, Page
from deskbell.people.models import Agent
from deskbell.sla.models import Clock
from deskbell.sla.verify import differences
from deskbell.tickets.acknowledging import unacknowledged
from deskbell.tickets.events import Kind
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket
from tests.town import Town, at

pytestmark = pytest.mark.django_db
Opens = Callable[..., Ticket]
SUNDAY, MONDAY = "2026-11-22 03:00", "2026-11-23 00:00"
FRIDAY_LATE = "2026-11-20 23:59"


def watched(impact: str, name: str = "Login") -> Source:
    """The default source reports of a component with this impact."""
    service, _ = Service.objects.get_or_create(name="Streaming")
    made = Component.objects.create(service=service, name=name, key=name.lower(), impact=impact)
    source = ensure_default_source()
    source.component, source.impact = made, impact
    source.save()
    return source


def choose(impact: str, **choice: str) -> None:
    answering = answering_of(impact)
    for name, value in choice.items():
        setattr(answering, name, value)
    answering.save()


def rung_at(when: str) -> None:
    with moved_to(at(when)):
        escalating.step()


@pytest.fixture
def ana_on_call(town: Town, rota: Callable[..., None]) -> Agent:
    rota(town.ana)
    return town.ana


def test_a_high_alert_on_sunday_is_held_until_its_hours_open_e7(
    ana_on_call: Agent, alarm: Opens
) -> None:
    watched("high")
    ticket = alarm(SUNDAY)
    call = Call.objects.get()
    assert (call.state, call.wakes_at, call.next_at) == ("held", at(MONDAY), at(MONDAY))
    assert not Page.objects.exists()
    assert unacknowledged(ticket)


def test_a_held_call_wakes_by_itself_and_pages_e7(ana_on_call: Agent, alarm: Opens) -> None:
    watched("high")
    alarm(SUNDAY)
    rung_at("2026-11-22 23:59:59")
    assert not Page.objects.exists()
    rung_at(MONDAY)
    call = Call.objects.get()
    assert (call.state, call.round, call.wakes_at) == ("ringing", 1, None)
    assert Page.objects.filter(step=1).count() == 2


def test_the_acknowledge_clock_of_a_held_alert_starts_when_it_wakes_e7_k6(
    ana_on_call: Agent, alarm: Opens
) -> None:
    watched("high")
    ticket = alarm(SUNDAY)
    assert [c.outcome for c in Clock.objects.filter(metric="acknowledge")] == ["cancelled"]
    rung_at(MONDAY)
    clock = Clock.objects.get(metric="acknowledge", outcome="running")
    assert (clock.started_at, clock.due_at) == (at(MONDAY), at("2026-11-23 00:05"))
    with moved_to(at("2026-11-23 00:03")):
        replies.acknowledge(ticket, by=ana_on_call)
        assert list(differences()) == []
    clock.refresh_from_db()
    assert clock.outcome == "met"


def test_a_held_alert_can_be_acknowledged_before_it_wakes(ana_on_call: Agent, alarm: Opens) -> None:
    watched("high")
    ticket = alarm(SUNDAY)
    with moved_to(at("2026-11-22 10:00")):
        replies.acknowledge(ticket, by=ana_on_call)
    rung_at(MONDAY)
    assert Call.objects.get().state == "answered"
    assert not Page.objects.exists()
    with moved_to(at(MONDAY)):
        assert list(differences()) == []


def test_a_held_alert_that_ends_by_itself_wakes_nobody(ana_on_call: Agent, alarm: Opens) -> None:
    watched("high")
    alarm(SUNDAY)
    alarm("2026-11-22 04:00", ended=True)
    rung_at(MONDAY)
    assert Call.objects.get().state == "over"
    assert not Page.objects.exists()


@pytest.mark.parametrize("impact", ["urgent", "unknown"])
def test_an_urgent_alert_and_one_of_an_unknown_component_page_at_any_hour_e7(
    ana_on_call: Agent, alarm: Opens, impact: str
) -> None:
    if impact == "urgent":
        watched("urgent")
        choose("urgent", opened_outside="hold", at_boundary="hold")
    else:
        source = ensure_default_source()
        source.impact = Impact.LOW
        source.save()
    alarm(SUNDAY)
    assert Call.objects.get().is_ringing
    assert Page.objects.exists()


def test_a_high_alert_that_rings_over_the_boundary_is_paged_on_e7(
    ana_on_call: Agent, alarm: Opens
) -> None:
    watched("high")
    alarm(FRIDAY_LATE)
    rung_at("2026-11-21 00:04")
    assert Call.objects.get().round == 2


def test_holding_at_the_boundary_is_the_operators_choice_e7(
    ana_on_call: Agent, alarm: Opens
) -> None:
    watched("high")
    choose("high", at_boundary=Answering.Outside.HOLD)
    alarm(FRIDAY_LATE)
    rung_at("2026-11-21 00:04")
    call = Call.objects.get()
    assert (call.state, call.wakes_at, call.round) == ("held", at(MONDAY), 1)
    rung_at(MONDAY)
    started = Clock.objects.filter(metric="acknowledge").latest("ordinal").started_at
    assert started == at(MONDAY)


def test_keeping_and_downgrading_are_choices_too_e7(ana_on_call: Agent, alarm: Opens) -> None:
    watched("high")
    choose("high", opened_outside=Answering.Outside.KEEP)
    alarm(SUNDAY, "kept")
    assert Call.objects.get().is_ringing
    choose("high", opened_outside=Answering.Outside.DOWNGRADE)
    watched("high", "Printing")  # of another group, so it joins no ticket
    ticket = alarm(SUNDAY, "less")
    call = Call.objects.get(ticket=ticket)
    assert (ticket.impact, call.state) == ("normal", "held")
    assert call.wakes_at == at("2026-11-23 08:00")  # business hours
    assert ticket.events.get(kind=Kind.IMPACT).data["was"] == "high"
    assert list(differences()) == []
