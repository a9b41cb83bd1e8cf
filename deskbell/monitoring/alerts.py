"""Episodes of alerts: raised once, renewed by repeats, ended by what the source says (K6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction

from deskbell.lib.telling import tell
from deskbell.monitoring.intake.normal import Reported
from deskbell.monitoring.models import Alert, Body
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


@transaction.atomic
def take(reported: Reported, body: Body) -> str:
    """Bring the desk up to what a source says of one alert: raised, renewed, ended, or late.

    Times are the sender's, so bodies may arrive in any order and more than once.
    """
    _one_at_a_time(body, reported.key)
    episodes = Alert.objects.filter(source=body.source, key=reported.key)
    current = episodes.open().first()
    if current and _has_begun_anew(current, reported):
        _end(current, reported, body)
        current = None
    if reported.ended is not None:
        return _take_end(current, reported, body)
    if current:
        return _renew(current, body)
    if episodes.filter(started_at=reported.started).exists():
        return LATE
    _raise(reported, body)
    return RAISED


def _one_at_a_time(body: Body, key: str) -> None:
    """Two bodies about one alert follow each other, also in two workers: held until commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [body.source_id, key])


def _has_begun_anew(current: Alert, reported: Reported) -> bool:
    return (
        reported.started != current.started_at
        and reported.started > current.last_seen_at + RESTARTED_AFTER
    )


def _take_end(current: Alert | None, reported: Reported, body: Body) -> str:
    ended = reported.ended
    assert ended is not None
    if current is None:
        return _remember_what_was_never_heard(reported, body)
    if ended < current.started_at != reported.started:
        return LATE
    _end(current, reported, body)
    return ENDED


def _remember_what_was_never_heard(reported: Reported, body: Body) -> str:
    """An end whose beginning has not arrived: kept, so that the beginning is known to be late."""
    known = Alert.objects.filter(source=body.source, key=reported.key, started_at=reported.started)
    if not known.exists():
        alert = _written(reported, body)
        alert.state, alert.ended_at = Alert.State.RESOLVED, reported.ended
        alert.save()
    return LATE


def _renew(current: Alert, body: Body) -> str:
    current.last_seen_at = max(current.last_seen_at, body.received_at)
    current.save(update_fields=["last_seen_at"])
    return RENEWED


def _end(current: Alert, reported: Reported, body: Body) -> None:
    current.state = Alert.State.RESOLVED
    current.ended_at = reported.ended or reported.started
    current.last_seen_at = max(current.last_seen_at, body.received_at)
    current.save(update_fields=["state", "ended_at", "last_seen_at"])
    if current.ticket:
        ticket = note_ended(current.ticket, episode=current.episode, at=body.received_at)
        tell(AlertEnded(current, ticket))


def _raise(reported: Reported, body: Body) -> None:
    alert = _written(reported, body)
    alert.save()
    words = Words(reported.text, door=Channel.ALERT, received_at=body.received_at, automatic=True)
    alert.ticket = open_for_alert(
        reported.title,
        words,
        impact=Impact.URGENT,
        episode=alert.episode,
        source=str(body.source),
    )
    alert.save(update_fields=["ticket"])
    tell(AlertRaised(alert, alert.ticket))


def _written(reported: Reported, body: Body) -> Alert:
    return Alert(
        source=body.source,
        key=reported.key,
        severity=reported.severity[:50],
        title=" ".join(reported.title.split())[:500],
        labels=reported.labels,
        started_at=reported.started,
        received_at=body.received_at,
        last_seen_at=body.received_at,
        body=body,
    )
