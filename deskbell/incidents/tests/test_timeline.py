"""The timeline writes itself, from what many rooms know, in a fixed number of queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from deskbell.incidents import editing
from deskbell.incidents.declaring import declare
from deskbell.incidents.joining import join
from deskbell.incidents.models import Incident, Severity
from deskbell.incidents.tests.test_desk import ticket_of
from deskbell.incidents.timeline import FILTERS, entries_of
from deskbell.incidents.updating import Draft, publish
from deskbell.lib import clock
from deskbell.monitoring.models import (
    Alert,
    Check,
    CheckChange,
    Component,
    ComponentChange,
    Vendor,
    VendorIncident,
)
from deskbell.monitoring.sources import ensure_default_source
from deskbell.tickets.acknowledging import acknowledge, note_received
from deskbell.tickets.events import Kind as TicketKind
from deskbell.tickets.events import append, changing
from tests.town import Town


def alert_of(component: Component, **fields: Any) -> Alert:
    now = clock.now()
    usual = {
        "source": ensure_default_source(),
        "component": component,
        "key": f"k{Alert.objects.count()}",
        "title": "Hosts are down",
        "started_at": now - timedelta(minutes=10),
        "received_at": now,
        "last_seen_at": now,
    }
    return Alert.objects.create(**{**usual, **fields})


@pytest.fixture
def eventful(town: Town, streaming: Component) -> Incident:
    """One of each: alerts, pages, what was seen, a vendor, an update, a note."""
    alert = alert_of(streaming, ended_at=clock.now())
    made = declare(
        "Black screens",
        severity=Severity.MAJOR,
        by=town.ana,
        components={streaming: "degraded"},
        alerts=[alert],
    )
    join(made, [ticket := ticket_of(town.tess)], by=town.ana)
    note_received(ticket, episode=alert.episode, source="a monitor", at=clock.now())
    with changing(ticket) as locked:
        append(locked, TicketKind.PAGED, agent="Eve Engström")
    acknowledge(ticket, by=town.eve)
    ComponentChange.objects.create(component=streaming, state="major_outage", why="2 of 2 down")
    check = Check.objects.create(component=streaming, name="Sign-in page", kind="http")
    CheckChange.objects.create(of=check, state="down", said="answered 503")
    vendor = Vendor.objects.create(name="Cloudy", feed="rss", address="https://cloudy.example")
    told = {"at": clock.now().isoformat(), "state": "identified", "text": "A cable was cut."}
    made.cause = VendorIncident.objects.create(
        vendor=vendor,
        key="c",
        title="Cable",
        started_at=clock.now(),
        updates=[told, {"at": "once", "text": "?"}, {}],
    )
    made.save(update_fields=["cause"])
    publish(made, Draft(key="key of it", phase="identified", text="A bad disk."), by=town.max)
    editing.note(made, "Call the vendor", by=town.ana)
    return Incident.objects.select_related("cause__vendor").get(pk=made.pk)


def test_everything_stands_in_it_once_and_in_order(eventful: Incident) -> None:
    entries = entries_of(eventful)

    said = [f"{entry.who} {entry.text} {entry.words}" for entry in entries]
    for words in (
        "Alert by ",
        "Over: Hosts are down",
        "Ana Alvarez declared it, Major: Black screens",
        "Eve Engström was paged about #",
        "Eve Engström acknowledged #",
        "Streaming was seen as major outage: 2 of 2 down",
        "Check Sign-in page turned down: answered 503",
        "Cloudy (identified) A cable was cut.",
        "Max Meyer told everyone: Identified A bad disk.",
        "Ana Alvarez noted Call the vendor",
    ):
        assert sum(words in each for each in said) == 1, words
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    assert len({entry.key for entry in entries}) == len(entries)
    assert {entry.kind for entry in entries} | {""} == set(FILTERS)


def test_it_can_be_turned_around_and_narrowed(eventful: Incident) -> None:
    forward = entries_of(eventful)
    assert [e.key for e in entries_of(eventful, newest_first=True)] == [
        e.key for e in reversed(forward)
    ]
    assert [e.words for e in entries_of(eventful, only="note")] == ["Call the vendor"]
    assert [e.words for e in entries_of(eventful, only="told")] == ["A bad disk."]


def test_what_was_seen_long_before_is_no_part_of_it(
    eventful: Incident, streaming: Component
) -> None:
    before = eventful.started_at - timedelta(hours=2)
    ComponentChange.objects.create(component=streaming, state="degraded", at=before, why="Old")
    assert not [e for e in entries_of(eventful) if "Old" in e.text]


def test_the_number_of_queries_does_not_grow(
    town: Town, eventful: Incident, streaming: Component, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(7):
        entries_of(eventful)
    for number in range(5):
        eventful.alerts.add(alert_of(streaming))
        join(eventful, [ticket_of(town.sam)], by=town.ben)
        ComponentChange.objects.create(component=streaming, state="degraded")
        draft = Draft(
            key=f"key of {number}",
            phase="monitoring",
            text="On it.",
            wordings={town.south_ridge.pk: "Sam"},
        )
        publish(eventful, draft, by=town.max)
    with django_assert_num_queries(7 + 1):  # the districts of the wordings, all at once
        entries_of(eventful)
