"""An update is told once, to everyone whom the incident concerns, or to nobody (K11)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from deskbell.incidents.declaring import declare
from deskbell.incidents.joining import join
from deskbell.incidents.models import Incident, IncidentUpdate, Phase, Severity
from deskbell.incidents.updating import Draft, publish, reopen
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.mail.models import OutboundMail
from deskbell.monitoring.models import Component, Service
from deskbell.sla import verify
from deskbell.sla.models import Clock
from deskbell.tickets import solving
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town, at


def streaming(**fields: Any) -> Component:
    service = Service.objects.get_or_create(name="Applications")[0]
    return Component.objects.create(
        **{"service": service, "name": "Streaming", "key": "streaming", **fields}
    )


def ticket_of(person: Any) -> Ticket:
    return open_for_customer("Black screen", Words("All screens are black"), requester=person)


def draft(**fields: Any) -> Draft:
    return Draft(**{"key": "f1", "phase": "investigating", "text": "We are on it.", **fields})


@pytest.fixture
def incident(town: Town) -> Incident:
    return declare("Black screens", severity=Severity.MAJOR, by=town.ana)


def test_k11_every_joined_ticket_hears_it_and_its_clocks_are_met(
    town: Town, incident: Incident
) -> None:
    tickets = [ticket_of(town.tess), ticket_of(town.sam)]
    join(incident, tickets, by=town.ana)

    promised = clock.now() + timedelta(hours=1)
    publish(incident, draft(next_update_at=promised), by=town.max)

    for ticket in tickets:
        message = ticket.messages.get(side="team")
        assert message.public and message.author == town.max.person
        assert message.text.startswith("We are on it.\n\nNext update by ")
        assert Clock.objects.get(ticket=ticket, metric="first_reply").outcome == "met"
        assert Clock.objects.get(ticket=ticket, metric="periodic_update").outcome == "running"
        assert OutboundMail.objects.filter(ticket=ticket, kind="reply").count() == 1
        assert Ticket.objects.get(pk=ticket.pk).assignee is None
    assert list(verify.differences()) == []


def test_each_reads_the_promise_in_their_own_zone(town: Town, incident: Incident) -> None:
    east, central = ticket_of(town.tess), ticket_of(town.sam)
    join(incident, [east, central], by=town.ana)

    with moved_to(at("2026-11-30 11:00")):
        publish(incident, draft(next_update_at=at("2026-11-30 12:00")), by=town.ana)

    assert "12:00 pm Eastern" in east.messages.get(side="team").text
    assert "11:00 am Central" in central.messages.get(side="team").text


def test_a_district_may_read_other_words(town: Town, incident: Incident) -> None:
    north, south = ticket_of(town.tess), ticket_of(town.sam)
    join(incident, [north, south], by=town.ana)

    publish(incident, draft(wordings={town.south_ridge.pk: "Sam, use the old way."}), by=town.ana)

    assert north.messages.get(side="team").text == "We are on it."
    assert south.messages.get(side="team").text == "Sam, use the old way."


def test_k11_a_solved_ticket_is_told_and_not_reopened(town: Town, incident: Incident) -> None:
    ticket = ticket_of(town.tess)
    solving.set_state(ticket, "solved", by=town.ana, unanswered=True)
    join(incident, [ticket], by=town.ana)

    publish(incident, draft(), by=town.ana)

    assert ticket.messages.filter(side="team").count() == 1
    assert Ticket.objects.get(pk=ticket.pk).state == "solved"
    assert solving.waits_for_reply(ticket)  # told, not answered
    assert list(verify.differences()) == []


def test_the_same_form_sent_twice_is_one_update(town: Town, incident: Incident) -> None:
    join(incident, [ticket := ticket_of(town.tess)], by=town.ana)

    first, second = (publish(incident, draft(), by=town.ana) for _ in range(2))

    assert first == second and ticket.messages.filter(side="team").count() == 1


def test_a_fault_in_one_ticket_tells_nobody(
    town: Town, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(incident, [ticket_of(town.tess), ticket_of(town.sam)], by=town.ana)
    monkeypatch.setattr("deskbell.mail.outbound.subject_for", lambda *_, **__: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        publish(incident, draft(), by=town.ana)

    assert not IncidentUpdate.objects.exists()
    assert not incident.tickets.exclude(told=None).exists()


def test_resolving_ends_it_and_says_so(town: Town) -> None:
    component = streaming()
    incident = declare(
        "Down", severity=Severity.CRITICAL, by=town.ana, components={component: "major_outage"}
    )

    publish(incident, draft(phase="resolved", text="All is well."), by=town.ana)

    found = Incident.objects.get(pk=incident.pk)
    assert (found.phase, found.is_open, found.next_update_at) == (Phase.RESOLVED, False, None)
    assert found.concerned.get().state == "operational"
    with pytest.raises(Refused, match="Reopen it"):
        publish(incident, draft(key="f2"), by=town.ana)
    reopen(incident, by=town.ana)
    publish(incident, draft(key="f3"), by=town.ana)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"text": "  "}, "Write what customers should know"),
        ({"phase": "done"}, "how far you are"),
        ({"text": "x" * 5001}, "at most 5,000 letters"),
        ({"next_update_at": at("2020-01-01 12:00")}, "late already"),
        ({"next_update_at": at("2099-01-01 12:00")}, "within seven days"),
    ],
)
def test_what_is_wrong_is_said(
    town: Town, incident: Incident, wrong: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        publish(incident, draft(**wrong), by=town.ana)
