"""A source of truth that has gone silent is an alert itself, and its component unknown: each kind (P1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.monitoring import lasting, standing
from deskbell.monitoring.checks.standstill import SEEN_FOR, Standstill
from deskbell.monitoring.heartbeats import editing as heartbeats
from deskbell.monitoring.heartbeats import overdue, receiving
from deskbell.monitoring.models import Alert, Check, Component, Ping, Vendor
from deskbell.monitoring.sources import ensure_default_source
from deskbell.monitoring.vendors import keeping
from deskbell.monitoring.vendors.fetching import Answer
from deskbell.monitoring.watched import make_component
from tests.town import Town, at

pytestmark = pytest.mark.django_db
BEFORE, LATER = at("2026-11-25 10:00"), at("2026-11-25 12:00")


def a_check(portal: Component) -> Callable[[], object]:
    Check.objects.create(component=portal, name="Page", kind="tcp", state="up", next_at=BEFORE)
    standing.settle(portal)
    seconds = [0.0]
    worker = Standstill(lambda: seconds[0])

    def look() -> None:
        while seconds[0] <= SEEN_FOR + 10:
            worker.step()
            seconds[0] += 10

    return look


def a_heartbeat(portal: Component) -> Callable[[], object]:
    form = {"name": "Job", "component": portal.key, "every": "1 h", "grace": "5 min"}
    job = heartbeats.save(form)
    receiving.take(job.token, receiving.Told(Ping.Kind.SUCCESS))
    return overdue.step


def a_vendor(portal: Component) -> Callable[[], object]:
    vendor = Vendor.objects.create(
        name="Zoom", feed="rss", address="https://status.example/rss", last_at=clock.now()
    )
    vendor.components.add(portal)
    standing.settle(portal)

    def look() -> None:
        with moved_to(LATER - timedelta(hours=1)):
            keeping.take(vendor.pk, Answer(why="It does not answer."))
        keeping.take(vendor.pk, Answer(why="It does not answer."))

    return look


def a_sender(portal: Component) -> Callable[[], object]:
    source = ensure_default_source()
    source.component, source.speaks_every = portal, timedelta(hours=1)
    source.save()
    Client().post(f"/alerts/alertmanager/{source.token}", "{}", content_type="application/json")
    standing.settle(portal)
    return lasting.step


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (a_check, "unknown"),
        (a_heartbeat, "major_outage"),
        (a_vendor, "unknown"),
        (a_sender, "unknown"),
    ],
)
def test_silence_is_an_alert_and_never_operational(
    town: Town, kind: Callable[[Component], Callable[[], object]], state: str
) -> None:
    portal = make_component("Portal")
    with moved_to(BEFORE):
        look = kind(portal)
    portal.refresh_from_db()
    assert portal.state == "operational"
    with moved_to(LATER):
        look()
    portal.refresh_from_db()
    assert portal.state == state
    alert = Alert.objects.open().get()
    assert alert.ticket is not None


def test_an_alert_that_is_no_longer_repeated_leaves_its_component_unknown(town: Town) -> None:
    portal = make_component("Portal")
    source = ensure_default_source()
    source.repeats_every = timedelta(minutes=10)
    source.save()
    Alert.objects.create(
        source=source, component=portal, key="x", title="x",
        started_at=BEFORE, received_at=BEFORE, last_seen_at=BEFORE,
    )  # fmt: skip
    standing.settle(portal)
    portal.refresh_from_db()
    assert portal.state == "partial_outage"
    with moved_to(LATER):
        lasting.mark_stale()
    portal.refresh_from_db()
    assert portal.state == "unknown"
