"""Whose ticket it is."""

from __future__ import annotations

import pytest

from deskbell.lib.errors import Refused
from deskbell.people.models import Agent, Team
from deskbell.tickets.assigning import assign, hand_to_team
from deskbell.tickets.models import Ticket
from tests.town import Town


def test_a_ticket_is_given_to_an_agent_and_taken_back(
    ticket: Ticket, ana: Agent, town: Town
) -> None:
    assert assign(ticket, town.ben, by=ana).assignee == town.ben
    assert assign(ticket, None, by=ana).assignee is None
    assert [event.data["name"] for event in ticket.events.filter(kind="assigned")] == [
        "Ben Baker",
        "",
    ]


def test_no_ticket_goes_to_someone_who_has_left(ticket: Ticket, ana: Agent, town: Town) -> None:
    town.ben.person.is_active = False
    town.ben.person.save()

    with pytest.raises(Refused, match="has left the team"):
        assign(ticket, town.ben, by=ana)


def test_another_team_takes_the_ticket_from_an_assignee_who_is_not_of_it(
    ticket: Ticket, ana: Agent, town: Town
) -> None:
    engineering = Team.objects.get(name="Engineering")
    assign(ticket, ana, by=ana)

    assert hand_to_team(ticket, engineering, by=ana).assignee is None

    assign(ticket, town.eve, by=ana)
    hand_to_team(ticket, Team.objects.get(name="Support"), by=ana)
    hand_to_team(ticket, engineering, by=ana)
    assert Ticket.objects.get(pk=ticket.pk).team == engineering
