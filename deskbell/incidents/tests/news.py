"""What the tests of news share: incidents to tell of, and subscribers who listen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from typing import Any

from deskbell.incidents.declaring import declare
from deskbell.incidents.models import Incident, IncidentUpdate, PrivatePage, Severity, Subscriber
from deskbell.incidents.news import delivering
from deskbell.incidents.updating import Draft, publish
from deskbell.lib import clock
from deskbell.monitoring.models import Component, Service
from deskbell.people.models import District, Person
from tests.town import Town, at

_keys = count(1)


def component(name: str, districts: Iterable[District] = ()) -> Component:
    """A component of “Applications”, of everyone unless districts are given."""
    service = Service.objects.get_or_create(name="Applications")[0]
    made = Component.objects.create(
        service=service, name=name, key=name.lower(), for_everyone=not districts
    )
    made.districts.set(districts)
    return made


def subscriber(address: str, *chosen: Component, **fields: Any) -> Subscriber:
    """Someone who hears by mail; of a district, by its private page."""
    if "district" in fields:
        PrivatePage.objects.get_or_create(district=fields["district"])
    made = Subscriber.objects.create(
        **{
            "way": "mail",
            "person": Person.objects.with_address(address),
            "confirmed_at": clock.now(),
            **fields,
        }
    )
    made.components.set(chosen)
    return made


def incident(town: Town, *concerned: Component, title: str = "Black screens") -> Incident:
    states = dict.fromkeys(concerned, Component.State.MAJOR_OUTAGE)
    return declare(title, severity=Severity.MAJOR, by=town.ana, components=states)


def tell(town: Town, about: Incident, text: str = "We are on it.", **fields: Any) -> IncidentUpdate:
    """Publish an update."""
    draft = {"key": f"k{next(_keys)}", "phase": "investigating", "text": text, **fields}
    return publish(about, Draft(**draft), by=town.ana)


def hand_on() -> None:
    """Let the worker hand all news to the mail queue."""
    while delivering.step() == 0:
        pass


@contextmanager
def at_noon() -> Iterator[datetime]:
    """It is Monday noon, November 30, by the Eastern clock."""
    now = at("2026-11-30 12:00")
    with clock.moved_to(now):
        yield now
