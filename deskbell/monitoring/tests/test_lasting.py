"""What lasts although its cover is over, while other writers are at the same alert."""

from __future__ import annotations

import time
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from deskbell.lib import clock
from deskbell.monitoring import alerts, lasting
from deskbell.monitoring.intake.normal import Reported
from deskbell.monitoring.models import Alert, Silence
from deskbell.monitoring.sources import ensure_default_source
from deskbell.tickets.events import Kind
from tests.town import Town

PATIENCE = 20  # seconds


def word(*, over: bool) -> Reported:
    began = clock.now() - timedelta(minutes=10)
    return Reported("disk", "Disk full", "", "", {}, began, clock.now() if over else None)


def say(*, over: bool = False) -> None:
    alerts.take_said(word(over=over), alerts.Said(ensure_default_source(), clock.now()))


@pytest.mark.django_db(transaction=True)
def test_an_end_that_comes_while_its_silence_ends_reaches_the_ticket(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end waits until the ticket is there; else its call would ring for ever."""
    until = clock.now() + timedelta(hours=1)
    silence = Silence.objects.create(
        source=ensure_default_source(), fits=[["key", "=", "disk"]], reason="Known", ends_at=until
    )
    say()
    assert Alert.objects.get().ticket is None
    Silence.objects.filter(pk=silence.pk).update(ends_at=clock.now())
    ending: list[Thread] = []

    def end_in_the_middle(alert: Alert) -> str:
        ending.append(Thread(target=_say_over))
        ending[0].start()
        _wait_until_another_waits()
        return "It lasts."

    monkeypatch.setattr(lasting, "_text", end_in_the_middle)
    lasting.step()
    ending[0].join(PATIENCE)
    found = Alert.objects.get()
    assert found.state == "resolved"
    assert found.ticket
    assert found.ticket.events.filter(kind=Kind.ALERT_ENDED).count() == 1


def _say_over() -> None:
    try:
        say(over=True)
    finally:
        connection.close()


def _wait_until_another_waits() -> None:
    """For a lock that this transaction holds."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("The end did not wait.")
