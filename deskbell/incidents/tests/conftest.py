"""Short names for what every screen of incidents needs, and the mail room's relay and outbox for news."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_address

import pytest
from django.test import Client

from deskbell.incidents.declaring import declare
from deskbell.incidents.models import Incident, Severity
from deskbell.lib import outbound
from deskbell.mail.tests.conftest import relay, sent
from deskbell.monitoring.models import Component, Service
from deskbell.oncall.tests.outside import Outside, listening
from deskbell.people.models import Agent
from tests.town import Town

__all__ = ["relay", "sent"]

BrowserOf = Callable[[Agent], Client]


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    """A provider on this machine, which counts as outside: subscribers' addresses lie nowhere else."""
    is_outside, here = outbound.is_outside, ip_address("127.0.0.1")
    monkeypatch.setattr(outbound, "is_outside", lambda each: each == here or is_outside(each))
    with listening() as made:
        yield made


@pytest.fixture
def browser_of() -> BrowserOf:
    """A browser in which this agent is signed in."""

    def signed_in(agent: Agent) -> Client:
        client = Client()
        client.force_login(agent.person)
        return client

    return signed_in


@pytest.fixture
def browser(browser_of: BrowserOf, town: Town) -> Client:
    """Ana's browser."""
    return browser_of(town.ana)


@pytest.fixture
def streaming(town: Town) -> Component:
    """A component that North Valley alone depends on."""
    service = Service.objects.create(name="Applications")
    made = Component.objects.create(
        service=service, name="Streaming", key="streaming", for_everyone=False
    )
    made.districts.add(town.north_valley)
    return made


@pytest.fixture
def broken(town: Town, streaming: Component) -> Incident:
    """Streaming is down; Ana has declared it and leads it."""
    return declare(
        "Black screens",
        severity=Severity.MAJOR,
        by=town.ana,
        components={streaming: "partial_outage"},
    )
