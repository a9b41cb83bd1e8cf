"""The impact: judged by people, with who, when and why on record."""

from __future__ import annotations

import pytest

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.people.models import Agent
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket
from deskbell.tickets.triage import set_impact
from tests.town import at


def test_a_change_of_impact_is_recorded_with_who_and_why_p6(ticket: Ticket, ana: Agent) -> None:
    with moved_to(at("2026-11-19 10:00")):  # a team is on shift: nobody is paged
        set_impact(ticket, "urgent", by=ana, reason="The whole school is dark")

    event = ticket.events.last()
    assert event is not None
    assert event.kind == "impact" and event.by == ana.person
    assert event.data == {"to": "urgent", "was": "normal", "reason": "The whole school is dark"}
    assert Ticket.objects.get(pk=ticket.pk).impact == "urgent"


def test_an_unknown_impact_is_refused_with_the_known_ones(ticket: Ticket, ana: Agent) -> None:
    with pytest.raises(Refused, match="urgent, high, normal, low"):
        set_impact(ticket, "terrible", by=ana)


def test_the_same_impact_again_is_no_event(ticket: Ticket, ana: Agent) -> None:
    before = ticket.events.count()
    set_impact(ticket, "normal", by=ana)
    assert ticket.events.count() == before


def test_every_impact_says_what_it_means() -> None:
    assert all(len(impact.definition) > 40 for impact in Impact)
