"""Short names for those who act on every screen of the agents."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from deskbell.inbox.live import topic_of
from deskbell.inbox.models import Device
from deskbell.inbox.push import devices
from deskbell.lib import clock
from deskbell.lib.tests.test_push import AUTH, THEIR_POINT, THEIRS, key_of, opened
from deskbell.oncall.tests.outside import Outside, Taken, listening
from deskbell.people.models import Agent, Person
from deskbell.realtime.models import Audience
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town

ClientOf = Callable[[Person | None], Client]
Phone = Callable[..., Device]


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


@pytest.fixture
def service(settings: Any) -> Iterator[Outside]:
    """A push service on this machine: the browsers' vendors can't be asked from a test."""
    settings.MAY_REACH = ["127.0.0.1"]
    with listening() as made:
        made.status = 201
        yield made


@pytest.fixture
def phone(service: Outside) -> Phone:
    """phone(ana, "tablet"): turns on push there; its words are shown unless `words` is "no"."""

    def turned_on(agent: Agent, name: str = "phone", words: str = "yes") -> Device:
        at = name.replace(" ", "-")
        form = {"subscription": subscription(service, at), "name": name, "words": words}
        return devices.add(agent, form, browser="")

    return turned_on


def subscription(service: Outside, at: str) -> str:
    """As a browser gives it."""
    keys = {"p256dh": THEIR_POINT, "auth": AUTH}
    return json.dumps({"endpoint": f"{service.url}/send/{at}", "keys": keys})


def read_by_phone(taken: Taken) -> dict[str, Any]:
    """What the worker of the phone's browser is handed."""
    found: dict[str, Any] = json.loads(opened(taken.content, key_of(THEIRS), AUTH))
    return found
