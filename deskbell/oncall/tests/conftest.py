"""Short names for those who act when the pager rings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import time
from typing import Any

import pytest

from deskbell.lib.clock import moved_to
from deskbell.monitoring import alerts
from deskbell.monitoring.intake.normal import Reported
from deskbell.monitoring.models import Alert, Body
from deskbell.monitoring.sources import ensure_default_source
from deskbell.oncall import schedules
from deskbell.oncall.tests.http_provider import ChannelSender, HttpSender, Provider, Worker
from deskbell.oncall.tests.outside import Outside, listening
from deskbell.oncall.ways.remote import REMOTE
from deskbell.people.models import Agent
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Channel, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town, at

NIGHT, TUESDAY = "2026-11-24 03:00", "2026-11-24 10:00"


@pytest.fixture
def rota(town: Town) -> Callable[..., None]:
    """rota(ana, ben): they take turns from Monday 09:00; the first is on call in the tests' week."""

    def seat(*people: Agent, now: Agent | None = None) -> None:
        with moved_to(at("2026-11-23 12:00")):
            schedules.save_rota(
                schedules.ensure_default_schedule(),
                people,
                zone_name="America/New_York",
                weekday=0,
                at=time(9, 0),
                now_on_call=now or people[0],
            )

    return seat


@pytest.fixture
def alarm(town: Town) -> Callable[..., Ticket]:
    """alarm(NIGHT): Alertmanager says that something is down; returns the ticket."""
    return _alarm


@pytest.fixture
def mail(town: Town) -> Callable[..., Ticket]:
    """mail(NIGHT, impact): a teacher writes; returns the ticket."""

    def write(when: str, impact: Impact = Impact.URGENT, **more: Any) -> Ticket:
        with moved_to(at(when)):
            return open_for_customer(
                "Nobody can sign in",
                Words("Help"),
                requester=town.tess,
                impact=impact,
                channel=Channel.MAIL,
                **more,
            )

    return write


@pytest.fixture
def worker() -> Worker:
    return Worker()


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """A real server that takes messages; a method by ntfy leads to it, and a channel in Slack."""
    monkeypatch.setitem(REMOTE, "ntfy", HttpSender())
    monkeypatch.setitem(REMOTE, "slack", ChannelSender())
    with Provider() as running:
        yield running


def _alarm(
    when: str = NIGHT,
    key: str = "one",
    *,
    ended: bool = False,
    title: str = "Streaming is down",
) -> Ticket:
    with moved_to(at(when)):
        source = ensure_default_source()
        body = Body.objects.create(source=source, content=b"", sha256="", size=0)
        began = at(when) if not ended else Alert.objects.get(key=key).started_at
        reported = Reported(
            key=key,
            title=title,
            text="",
            severity="critical",
            labels={},
            started=began,
            ended=at(when) if ended else None,
        )
        alerts.take(reported, body)
    found = Alert.objects.filter(key=key).latest("id").ticket
    assert found
    return found


def names(agents: Sequence[Agent]) -> list[str]:
    """First names, for short assertions."""
    return [agent.person.name.split()[0] for agent in agents]


@pytest.fixture
def outside(settings: Any) -> Iterator[Outside]:
    """A provider that the desk may reach although it is on this machine."""
    settings.MAY_REACH = ["127.0.0.1"]
    with listening() as made:
        yield made
