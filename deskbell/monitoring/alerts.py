"""Episodes of alerts: raised once, renewed by repeats, ended by what the source says (K6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from deskbell.lib.telling import tell
from deskbell.monitoring.intake.normal import Reported
from deskbell.monitoring.models import Alert, Body, Component, Source
from deskbell.tickets.acknowledging import note_ended
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Channel, Ticket
from deskbell.tickets.opening import open_for_alert
from deskbell.tickets.words import Words

RAISED, RENEWED, ENDED, LATE = "raised", "renewed", "ended", "late"
# A start so long after the last sight of an open episode is a new one whose predecessor's end was
# lost. Less may be two monitors of a pair that disagree by some seconds.
RESTARTED_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class AlertRaised:
    """A new episode has begun, and its ticket is open."""

    alert: Alert
    ticket: Ticket


@dataclass(frozen=True)
class AlertEnded:
    """The source says that the episode is over."""

    alert: Alert
    ticket: Ticket


@dataclass(frozen=True)
class Said:
    """Who says it, when the desk heard it, and what is known of where it belongs."""

    source: Source
    at: datetime
    body: Body | None = None
    component: Component | None = None


def take(reported: Reported, body: Body) -> str:
    """What a body says of one alert: raised, renewed, ended, or late."""
    said = Said(body.source, body.received_at, body, body.source.component)
    return take_said(reported, said)


@transaction.atomic
def take_said(reported: Reported, said: Said) -> str:
    """Bring the desk up to what a source says of one alert: raised, renewed, ended, or late.

    Times are the sender's, so bodies may arrive in any order and more than once. The desk's own
    watching has no body.
    """
    _one_at_a_time(said, reported.key)
    episodes = Alert.objects.filter(source=said.source, key=reported.key)
    current = episodes.open().first()
    if current and _has_begun_anew(current, reported):
        _end(current, reported, said)
        current = None
    if reported.ended is not None:
        return _take_end(current, reported, said)
    if current:
        return _renew(current, said)
    if episodes.filter(started_at=reported.started).exists():
        return LATE
    _raise(reported, said)
    return RAISED


def _one_at_a_time(said: Said, key: str) -> None:
    """Two bodies about one alert follow each other, also in two workers: held until commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [said.source.pk, key])


def _has_begun_anew(current: Alert, reported: Reported) -> bool:
    return (
        reported.started != current.started_at
        and reported.started > current.last_seen_at + RESTARTED_AFTER
    )


def _take_end(current: Alert | None, reported: Reported, said: Said) -> str:
    ended = reported.ended
    assert ended is not None
    if current is None:
        return _remember_what_was_never_heard(reported, said)
    if ended < current.started_at != reported.started:
        return LATE
    _end(current, reported, said)
    return ENDED


def _remember_what_was_never_heard(reported: Reported, said: Said) -> str:
    """An end whose beginning has not arrived: kept, so that the beginning is known to be late."""
    known = Alert.objects.filter(source=said.source, key=reported.key, started_at=reported.started)
    if not known.exists():
        alert = _written(reported, said)
        alert.state, alert.ended_at = Alert.State.RESOLVED, reported.ended
        alert.save()
    return LATE


def _renew(current: Alert, said: Said) -> str:
    current.last_seen_at = max(current.last_seen_at, said.at)
    current.save(update_fields=["last_seen_at"])
    return RENEWED


def _end(current: Alert, reported: Reported, said: Said) -> None:
    current.state = Alert.State.RESOLVED
    current.ended_at = reported.ended or reported.started
    current.last_seen_at = max(current.last_seen_at, said.at)
    current.save(update_fields=["state", "ended_at", "last_seen_at"])
    if current.ticket:
        ticket = note_ended(current.ticket, episode=current.episode, at=said.at)
        tell(AlertEnded(current, ticket))


def _raise(reported: Reported, said: Said) -> None:
    alert = _written(reported, said)
    alert.save()
    words = Words(reported.text, door=Channel.ALERT, received_at=said.at, automatic=True)
    alert.ticket = open_for_alert(
        reported.title,
        words,
        impact=Impact(alert.impact),
        episode=alert.episode,
        source=str(said.source),
    )
    alert.save(update_fields=["ticket"])
    tell(AlertRaised(alert, alert.ticket))


def _written(reported: Reported, said: Said) -> Alert:
    return Alert(
        source=said.source,
        component=said.component,
        impact=(said.component or said.source).impact,
        key=reported.key,
        severity=reported.severity[:50],
        title=" ".join(reported.title.split())[:500],
        labels=reported.labels,
        started_at=reported.started,
        received_at=said.at,
        last_seen_at=said.at,
        body=said.body,
    )
