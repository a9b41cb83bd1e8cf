"""Short names for those who act on every screen of the agents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from deskbell.inbox.live import topic_of
from deskbell.lib import clock
from deskbell.people.models import Agent, Person
from deskbell.realtime.models import Audience
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town

ClientOf = Callable[[Person | None], Client]


@pytest.fixture
def ana(town: Town) -> Agent:
    return town.ana


@pytest.fixture
def ticket(town: Town) -> Ticket:
    """A teacher of North Valley has written just now; nobody has taken it yet."""
    return open_for_customer("Black screen", Words("It is dark"), requester=town.tess)


@pytest.fixture
def looked_at(ticket: Ticket) -> Ticket:
    """The same, and someone has its page open, as their hub has noted."""
    until = clock.now() + timedelta(days=1)
    Audience.objects.create(topic=topic_of(ticket), until=until)
    return ticket


@pytest.fixture
def client_of() -> ClientOf:
    """A browser in which this person is signed in, or nobody."""

    def signed_in(person: Person | None) -> Client:
        client = Client()
        if person:
            client.force_login(person)
        return client

    return signed_in


@pytest.fixture
def browser(client_of: ClientOf, ana: Agent) -> Client:
    """Ana's browser."""
    return client_of(ana.person)
