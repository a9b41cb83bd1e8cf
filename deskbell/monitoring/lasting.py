"""Alerts that last although something is over: their silence, their cause, or their source's repeats."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from deskbell.lib import clock
from deskbell.monitoring import alerts, standing
from deskbell.monitoring.intake.normal import Reported
from deskbell.monitoring.models import Alert, Component, Source
from deskbell.monitoring.quiet import cause_of, is_quiet, silence_of
from deskbell.monitoring.sources import of_the_desk

LOOKED_AT_EVERY = 10.0  # seconds
BATCH = 100


def step() -> float:
    """Tell of alerts whose cover is over while they last, and of sources that say nothing (the worker)."""
    mark_stale()
    tell_of_silent_sources()
    after = 0
    while last := _reconsider(after):
        after = last
    return LOOKED_AT_EVERY


@transaction.atomic
def _reconsider(after: int) -> int:
    """Look at a batch of quiet alerts; returns the last one's number, 0 when there are no more.

    They are held like everywhere else, and read only then: an end that comes at the same moment is
    either seen here, or finds the ticket on which to note it.
    """
    batch = list(_untold().filter(pk__gt=after).values_list("pk", "source_id", "key")[:BATCH])
    alerts.hold((source, key) for _, source, key in batch)
    numbers = [number for number, _, _ in batch]
    for alert in _untold().filter(pk__in=numbers).select_related("source", "component"):
        _look_again(alert)
    return numbers[-1] if numbers else 0


def _look_again(alert: Alert) -> None:
    """Whoever is quiet for the same reason as before costs no write: there may be thousands."""
    before = alert.silence_id, alert.hidden_by_id
    alert.silence, alert.hidden_by = silence_of(alert), cause_of(alert)
    if (alert.silence_id, alert.hidden_by_id) != before:
        alert.save(update_fields=["silence", "hidden_by"])
    if not is_quiet(alert):
        alerts.surface(alert, _text(alert))


def _untold() -> QuerySet[Alert]:
    return Alert.objects.open().filter(ticket=None).order_by("id")


def _text(alert: Alert) -> str:
    table = "\n".join(f"{name} = {value}" for name, value in alert.labels.items())
    return f"It lasts although what covered it is over.\n\n{table}".strip()


def mark_stale() -> None:
    """An open alert that its source has not repeated for twice its interval is stale, not resolved."""
    now = clock.now()
    stale = Alert.objects.open().filter(
        stale_since=None,
        source__repeats_every__isnull=False,
        last_seen_at__lt=now - 2 * F("source__repeats_every"),
    )
    components = list(Component.objects.filter(alerts__in=stale).distinct())
    stale.update(stale_since=now)
    for component in components:
        standing.settle(component, why="What was told of it is no longer repeated")


def tell_of_silent_sources() -> None:
    """A source that has said nothing for longer than it may is an alert itself, until it speaks (P1)."""
    for source in Source.objects.filter(speaks_every__isnull=False, paused=False):
        newest = source.bodies.order_by("-id").values_list("received_at", flat=True).first()
        heard = newest or source.created_at
        assert source.speaks_every is not None
        _say_silent(source, heard=heard, silent=clock.now() - heard > source.speaks_every)


def _say_silent(source: Source, *, heard: datetime, silent: bool) -> None:
    desk, key = of_the_desk(Source.Kind.DESK), f"silent {source.pk}"
    known = Alert.objects.open().filter(source=desk, key=key).first()
    if silent == (known is not None):
        return
    now = clock.now()
    reported = Reported(
        key=key,
        title=f"{source} has gone silent",
        text="It has sent nothing for longer than it may, so nobody would hear of a failure there. "
        "Look whether it still runs and can reach the desk.",
        severity="",
        labels={"source": source.name},
        started=known.started_at if known else now,
        ended=max(heard, known.started_at) if known else None,
        knows_start=False,
    )
    alerts.take_said(reported, alerts.Said(desk, now, component=source.component))
    if source.component:  # what it said before is no truth any more
        standing.settle(
            source.component, why=f"{source} {'is silent' if silent else 'speaks again'}"
        )
