"""Tickets join an incident, and are answered with what is known when a person presses send (K11)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deskbell.incidents.alike.signs import new_for
from deskbell.incidents.declaring import declare, from_ticket
from deskbell.incidents.joining import join, tell_what_is_known, unheard
from deskbell.incidents.models import Incident, IncidentTicket, Severity
from deskbell.incidents.tests.test_updating import draft, ticket_of
from deskbell.incidents.updating import publish
from deskbell.lib.errors import Refused
from deskbell.sla import verify
from deskbell.sla.models import Clock
from deskbell.tickets import solving
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town


@pytest.fixture
def incident(town: Town) -> Incident:
    return declare("Black screens", severity=Severity.MAJOR, by=town.ana)


def test_k11_a_ticket_that_comes_later_is_answered_only_when_a_person_sends(
    town: Town, incident: Incident
) -> None:
    publish(incident, draft(text="We are on it."), by=town.ana)
    late = ticket_of(town.tess)
    join(incident, [late], by=town.ana)
    assert not late.messages.filter(side="team").exists()
    assert unheard(incident) == [late]

    assert tell_what_is_known(incident, [late], by=town.ben) == [late.pk]

    message = late.messages.get(side="team")
    assert (message.text, message.author) == ("We are on it.", town.ben.person)
    assert Clock.objects.get(ticket=late, metric="first_reply").outcome == "met"
    assert unheard(incident) == []
    assert list(verify.differences()) == []


def test_sending_twice_answers_once_and_the_next_update_can_be_sent_anew(
    town: Town, incident: Incident
) -> None:
    publish(incident, draft(), by=town.ana)
    ticket = ticket_of(town.tess)

    first, second = (tell_what_is_known(incident, [ticket], by=town.ana) for _ in range(2))

    assert (first, second) == ([ticket.pk], [])
    assert ticket.messages.filter(side="team").count() == 1


def test_a_proposed_ticket_joins_by_being_answered(town: Town, incident: Incident) -> None:
    publish(incident, draft(), by=town.ana)
    ticket = ticket_of(town.tess)
    row = IncidentTicket.objects.create(incident=incident, ticket=ticket, state="proposed")

    tell_what_is_known(incident, [ticket], by=town.ana)

    row.refresh_from_db()
    assert (row.state, row.told) == ("joined", incident.updates.get())


@pytest.mark.parametrize("verb", [join, tell_what_is_known])
def test_a_ticket_is_locked_before_its_place_is_touched(
    town: Town, incident: Incident, verb: Any
) -> None:
    """Merging holds the tickets and then changes places: the other way round they would wait in a ring."""
    publish(incident, draft(), by=town.ana)
    ticket = ticket_of(town.tess)
    with CaptureQueriesContext(connection) as asked:
        verb(incident, [ticket], by=town.ana)
    said = [each["sql"] for each in asked]
    locked = next(
        n for n, sql in enumerate(said) if '"tickets_ticket"' in sql and "FOR NO KEY" in sql
    )
    assert locked < next(n for n, sql in enumerate(said) if '"incidents_incidentticket"' in sql)


def test_nothing_is_said_while_nothing_is_known(town: Town, incident: Incident) -> None:
    ticket = ticket_of(town.tess)

    with pytest.raises(Refused, match="Publish a first update"):
        tell_what_is_known(incident, [ticket], by=town.ana)

    assert not incident.tickets.exists() and not ticket.messages.filter(side="team").exists()


def test_a_closed_ticket_hears_nothing(town: Town, incident: Incident) -> None:
    publish(incident, draft(), by=town.ana)
    ticket = ticket_of(town.tess)
    solving.set_state(ticket, "solved", by=town.ana, unanswered=True)
    Ticket.objects.filter(pk=ticket.pk).update(state="closed")

    assert tell_what_is_known(incident, [ticket], by=town.ana) == []
    assert unheard(incident) == []


def test_a_billing_thread_joins_nothing_that_the_whole_team_reads_p9(
    town: Town, incident: Incident
) -> None:
    bill = open_for_customer("Invoice", Words("?"), requester=town.olivia, category="billing")
    with pytest.raises(Refused, match="for its owners"):
        join(incident, [bill], by=town.max)
    with pytest.raises(Refused, match="for its owners"):
        from_ticket(bill, by=town.max)
    since = bill.created_at - timedelta(minutes=1)
    near = ticket_of(town.olivia)
    assert [each.ticket for each in new_for(incident, since)] == [near]
