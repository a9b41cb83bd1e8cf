"""Episodes of alerts: raised once, renewed by repeats, ended by what the source says (K6)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from deskbell.lib.telling import tell
from deskbell.monitoring import placing, quiet, standing
from deskbell.monitoring.intake.normal import OPEN, Reported
from deskbell.monitoring.models import Alert, Alerts, Body, Component, Mention, Source
from deskbell.monitoring.sources import WITHOUT_A_DOOR
from deskbell.tickets.acknowledging import note_ended, note_received
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Channel, Ticket
from deskbell.tickets.opening import open_for_alert
from deskbell.tickets.words import Words

RAISED, RENEWED, ENDED, LATE, NOTED = "raised", "renewed", "ended", "late", "noted"
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
    """Who says it, when the desk heard it, and what is known of where it belongs. `impact` is the
    component's, else the source's, unless it is said."""

    source: Source
    at: datetime
    body: Body | None = None
    component: Component | None = None
    is_drill: bool = False
    is_held: bool = False  # the alert, by `hold`
    impact: str = ""


def take(reported: Reported, body: Body) -> str:
    """What a body says of one alert: raised, renewed, ended, or late."""
    component = placing.component_of(reported, body.source)
    return take_said(reported, Said(body.source, body.received_at, body, component, is_held=True))


@transaction.atomic
def take_said(reported: Reported, said: Said) -> str:
    """Bring the desk up to what a source says of one alert: raised, renewed, ended, late, or noted.

    Times are the sender's, so bodies may arrive in any order and more than once. The desk's own
    watching has no body.
    """
    if not said.is_held:
        hold([(said.source.pk, reported.key)])
    episodes = Alert.objects.filter(source=said.source, key=reported.key)
    current = episodes.open().first()
    if reported.state != OPEN and reported.ended is None:
        return _note(current, reported, said)
    if current and _has_begun_anew(current, reported):
        _end(current, reported, said)
        current = None
    if reported.ended is not None:
        return _take_end(current, reported, said)
    if current:
        return _renew(current, said)
    if over := _of_one_that_is_over(episodes, reported):
        return _mention(over, LATE, said)
    _raise(reported, said)
    return RAISED


def hold(alerts: Iterable[tuple[int, str]]) -> None:
    """Let two bodies about one alert follow each other, also in two workers: held until commit. Of
    several, `(source, key)`, the locks are taken in one order for everyone."""
    locks = sorted({(source, zlib.crc32(key.encode()) - 2**31) for source, key in alerts})
    if not locks:
        return
    sources, keys = zip(*locks, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(source, key) FROM unnest(%s::int[], %s::int[]) AS t(source, key)",
            [list(sources), list(keys)],
        )


def _of_one_that_is_over(episodes: Alerts, reported: Reported) -> Alert | None:
    """The episode that has ended of which it tells. Who does not know when it began tells when it spoke."""
    if reported.knows_start:
        return episodes.filter(started_at=reported.started).first()
    ended = episodes.filter(state=Alert.State.RESOLVED, ended_at__gte=reported.started)
    return ended.order_by("id").first()


def _mention(alert: Alert, what: str, said: Said) -> str:
    """Keep which body spoke of the alert, for whoever reads its story; answers `what`."""
    if said.body:
        Mention.objects.create(alert=alert, body=said.body, what=what, at=said.at)
    return what


def _note(current: Alert | None, reported: Reported, said: Said) -> str:
    """What is unknown, or for information: kept to be read; it pages nobody and ends nothing."""
    if current:
        _see(current, said)
        return _mention(current, NOTED, said)
    noted = Alert.objects.filter(
        source=said.source, key=reported.key, started_at=reported.started
    ).first()
    if noted is None:
        noted = _written(reported, said)
        noted.state = Alert.State(reported.state)
        noted.save()
    return _mention(noted, NOTED, said)


def _has_begun_anew(current: Alert, reported: Reported) -> bool:
    return (
        reported.knows_start
        and reported.started != current.started_at
        and reported.started > current.last_seen_at + RESTARTED_AFTER
    )


def _take_end(current: Alert | None, reported: Reported, said: Said) -> str:
    ended = reported.ended
    assert ended is not None
    if current is None:
        return _remember_what_was_never_heard(reported, said)
    if ended < current.started_at != reported.started:
        return _mention(current, LATE, said)
    _end(current, reported, said)
    return ENDED


def _remember_what_was_never_heard(reported: Reported, said: Said) -> str:
    """An end whose beginning has not arrived: kept, so that the beginning is known to be late."""
    known = Alert.objects.filter(
        source=said.source, key=reported.key, started_at=reported.started
    ).first()
    if known is None:
        known = _written(reported, said)
        known.state, known.ended_at = Alert.State.RESOLVED, reported.ended
        known.save()
    return _mention(known, LATE, said)


def _renew(current: Alert, said: Said) -> str:
    _see(current, said)
    return _mention(current, RENEWED, said)


def _see(current: Alert, said: Said) -> None:
    current.last_seen_at, current.stale_since = max(current.last_seen_at, said.at), None
    current.save(update_fields=["last_seen_at", "stale_since"])


def _end(current: Alert, reported: Reported, said: Said) -> None:
    current.state = Alert.State.RESOLVED
    current.ended_at = reported.ended or reported.started
    current.last_seen_at = max(current.last_seen_at, said.at)
    current.save(update_fields=["state", "ended_at", "last_seen_at"])
    _mention(current, ENDED, said)
    if current.ticket:
        ticket = note_ended(current.ticket, episode=current.episode, at=said.at)
        tell(AlertEnded(current, ticket))
    _settle(current)


def _settle(alert: Alert) -> None:
    """What others report of a component changes how it stands; what watches here says so itself."""
    if alert.component and alert.source.kind not in WITHOUT_A_DOOR:
        standing.settle(alert.component, why=f"{alert.source}: {alert.title}")


def _raise(reported: Reported, said: Said) -> None:
    """Keep the new episode; tell a person of it, unless a silence or a graver failure covers it."""
    alert = _written(reported, said)
    alert.group = placing.group_of(alert, reported)
    alert.silence, alert.hidden_by = quiet.silence_of(alert), quiet.cause_of(alert)
    alert.save()
    _mention(alert, RAISED, said)
    if not quiet.is_quiet(alert):
        surface(alert, reported.text)
    _settle(alert)


def surface(alert: Alert, text: str) -> None:
    """Open a ticket for the alert, or let it join its group's, and tell of it."""
    joined = placing.ticket_of_group(alert)
    if joined is None:
        words = Words(text, door=Channel.ALERT, received_at=alert.received_at, automatic=True)
        alert.ticket = open_for_alert(
            alert.title,
            words,
            impact=Impact(alert.impact),
            episode=alert.episode,
            source=str(alert.source),
        )
    else:
        alert.ticket = note_received(
            joined,
            episode=alert.episode,
            source=f"{alert.source}: {alert.title}"[:300],
            at=alert.received_at,
        )
    alert.save(update_fields=["ticket", "group"])
    tell(AlertRaised(alert, alert.ticket))


def _written(reported: Reported, said: Said) -> Alert:
    return Alert(
        source=said.source,
        component=said.component,
        impact=said.impact or (said.component or said.source).impact,
        key=reported.key,
        severity=reported.severity[:50],
        title=" ".join(reported.title.split())[:500],
        labels=reported.labels,
        started_at=reported.started,
        received_at=said.at,
        last_seen_at=said.at,
        body=said.body,
        address=reported.address[:1000],
        is_drill=said.is_drill,
    )
