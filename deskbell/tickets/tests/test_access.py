"""Who may see which ticket."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from deskbell.lib.errors import NotFound
from deskbell.people.models import Agent
from deskbell.tickets.access import ticket_for, tickets_for
from deskbell.tickets.models import Ticket
from tests.town import Town


def test_the_team_sees_every_ticket(ticket: Ticket, ana: Agent) -> None:
    assert ticket_for(ana.person, ticket.number) == ticket


def test_nobody_else_sees_any_and_cannot_tell_that_it_exists(ticket: Ticket, town: Town) -> None:
    for person in (AnonymousUser(), town.sam, town.olivia, town.tess):
        assert not tickets_for(person).exists()
        with pytest.raises(NotFound, match=f"There is no ticket #{ticket.number}"):
            ticket_for(person, ticket.number)


def test_an_agent_who_has_left_sees_nothing(ticket: Ticket, ana: Agent) -> None:
    ana.person.is_active = False
    assert not tickets_for(ana.person).exists()
