"""Reading what was stored, a batch in a transaction; done again from the start if it is cut off."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable

from django.db import connection, transaction

from deskbell.lib import clock
from deskbell.lib.remembering import forget, remembering
from deskbell.lib.savepoints import by_itself
from deskbell.monitoring import alerts
from deskbell.monitoring.intake.alertmanager import reading as alertmanager
from deskbell.monitoring.intake.by_mail import reading as by_mail
from deskbell.monitoring.intake.common import Arrived, storable
from deskbell.monitoring.intake.grafana import reading as grafana
from deskbell.monitoring.intake.kuma import reading as kuma
from deskbell.monitoring.intake.mapped import reading as mapped
from deskbell.monitoring.intake.normal import Reading, Reported, Unreadable
from deskbell.monitoring.intake.pagerduty import reading as pagerduty
from deskbell.monitoring.intake.pagerduty.answering import without_key
from deskbell.monitoring.intake.receiving import LARGEST
from deskbell.monitoring.intake.sns import reading as sns
from deskbell.monitoring.models import Alert, Body, Source

BATCH = 50
SLOW = [
    Source.Kind.SNS
]  # may have to fetch a certificate, so nothing else waits in its transaction
LONGEST_SLEEP = 5.0  # seconds; a stored body wakes the loop by NOTIFY
SHOWN = 4000  # characters of an unreadable body in its ticket
READERS: dict[str, Callable[[Arrived], Reading]] = {
    Source.Kind.ALERTMANAGER: lambda arrived: alertmanager.read(arrived.content),
    Source.Kind.GRAFANA: lambda arrived: grafana.read(arrived.content),
    Source.Kind.KUMA: kuma.read,
    Source.Kind.PAGERDUTY: pagerduty.read,
    Source.Kind.SNS: sns.read,
    Source.Kind.JSON: mapped.read,
    Source.Kind.MAIL: by_mail.read,
}
log = logging.getLogger(__name__)


def step() -> float:
    """Take a batch of what waits, then answer the seconds until the next look (the worker's loop)."""
    return 0.0 if take_next() else LONGEST_SLEEP


def take_next() -> bool:
    """Take the oldest bodies that no other worker holds; False if there is none."""
    with remembering():
        return _take_batch(_FAIR) or _take_batch(_ONE)


@transaction.atomic
def _take_batch(claim: str) -> bool:
    """All are read before any is taken, so that their alerts are held in one order: two workers wait for
    each other and never in a circle."""
    with connection.cursor() as cursor:
        cursor.execute(claim, [SLOW])
        numbers = [row[0] for row in cursor.fetchall()]
    claimed = Body.objects.filter(pk__in=numbers).select_related("source__component")
    bodies = [(body, _read(body)) for body in claimed.order_by("id")]
    alerts.hold(
        (body.source_id, each.key)
        for body, reading in bodies
        if isinstance(reading, Reading)
        for each in reading.reported
    )
    for body, reading in bodies:
        _take(body, reading)
    return bool(bodies)


# A few of each source, so that a storm from one does not hold up the first word of another.
_FAIR = """
    SELECT body.id FROM monitoring_source AS source CROSS JOIN LATERAL (
        SELECT id FROM monitoring_body
        WHERE source_id = source.id AND state = 'waiting'
        ORDER BY id LIMIT 25 FOR UPDATE SKIP LOCKED
    ) AS body WHERE source.kind <> %s
"""
_ONE = """
    SELECT body.id FROM monitoring_source AS source CROSS JOIN LATERAL (
        SELECT id FROM monitoring_body
        WHERE source_id = source.id AND state = 'waiting'
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
    ) AS body WHERE source.kind = %s LIMIT 1
"""


def _read(body: Body) -> Reading | str:
    """What the body says, or why that can't be read."""
    if body.is_cut:
        return f"It has {body.size:,} bytes; the desk keeps and reads up to {LARGEST:,}."
    source = body.source
    try:
        return READERS[source.kind](
            Arrived(bytes(body.content), body.received_at, body.headers, source.settings)
        )
    except Unreadable as error:
        return str(error)
    except Exception as error:
        log.exception("Body %s could not be read", body.pk)
        return _our_fault(error)


def _take(body: Body, reading: Reading | str) -> None:
    """One body in a savepoint: a poisonous one is set aside, and stops none of its batch."""
    if body.is_test:
        _settle_test(body, reading)
        return
    if isinstance(reading, str):
        _quarantine(body, reading)
        return
    with by_itself(log, "Body %s could not be taken", body.pk) as taken:
        _bring_up(body, reading)
    if taken.error:
        forget()
        _quarantine(body, _our_fault(taken.error))


def _settle_test(body: Body, reading: Reading | str) -> None:
    """A test tries the address, the storing and the reading, and raises nothing whatever it says."""
    if isinstance(reading, str):
        _settle(body, Body.State.QUARANTINED, reading)
        return
    alone = len(reading.reported) == 1
    told = [f"{len(reading.reported)} alert{'' if alone else 's'} read", *reading.problems]
    state = Body.State.QUARANTINED if reading.problems else Body.State.TAKEN
    _settle(body, state, ". ".join(told))


def _our_fault(error: Exception) -> str:
    return f"The desk failed on it ({type(error).__name__}: {error})."


def _bring_up(body: Body, reading: Reading) -> None:
    counted = Counter(alerts.take(each, body) for each in _in_order(reading))
    if reading.problems:
        _page_unreadable(body, " ".join(reading.problems))
    elif body.taken_at is not None:
        _end_unreadable(body)
    state = Body.State.QUARANTINED if reading.problems else Body.State.TAKEN
    _settle(body, state, _told(counted, reading))


def _in_order(reading: Reading) -> list[Reported]:
    """By key, then by the sender's times."""
    return sorted(reading.reported, key=lambda each: (each.key, each.started))


def _quarantine(body: Body, reason: str) -> None:
    """Set it aside, and tell someone; also where telling fails, it stops no other."""
    reason = storable(reason)
    with by_itself(log, "Nobody could be told of body %s, which is in quarantine", body.pk) as told:
        _page_unreadable(body, reason)
    if told.error:
        forget()
    _settle(body, Body.State.QUARANTINED, reason)


def _page_unreadable(body: Body, reason: str) -> None:
    """What can't be read is an alert of its own; the same bytes again are the same alert."""
    key, known = _unreadable(body)
    shown = without_key(bytes(body.content[:SHOWN])).decode("utf-8", "replace").replace("\x00", "�")
    reported = Reported(
        key=key,
        title=f"Unreadable alert from {body.source}",
        text=f"{reason}\n\nIt stays in quarantine. It begins:\n\n{shown}",
        severity="",
        labels={},
        started=known.started_at if known else body.received_at,
        ended=None,
    )
    alerts.take(reported, body)


def _end_unreadable(body: Body) -> None:
    """It was set aside, and can be read by now: the alert about that is over."""
    key, known = _unreadable(body)
    if known:
        over = Reported(key, known.title, "", "", {}, known.started_at, clock.now())
        alerts.take(over, body)


def _unreadable(body: Body) -> tuple[str, Alert | None]:
    """The key of the alert that these bytes can't be read, and that alert if it is open; held."""
    key = f"unreadable {body.sha256}"
    alerts.hold([(body.source_id, key)])
    return key, Alert.objects.open().filter(source=body.source, key=key).first()


def _settle(body: Body, state: str, result: str) -> None:
    body.state, body.taken_at, body.result = state, clock.now(), result[:500]
    body.save(update_fields=["state", "taken_at", "result"])


def _told(counted: Counter[str], reading: Reading) -> str:
    """What became of the body, in words: “1 raised, 2 renewed”."""
    kinds = (alerts.RAISED, alerts.RENEWED, alerts.ENDED, alerts.LATE, alerts.NOTED)
    parts = [f"{counted[kind]} {kind}" for kind in kinds if counted[kind]]
    if reading.problems:
        parts.append(f"{len(reading.problems)} unreadable: {' '.join(reading.problems)}")
    if reading.truncated:
        parts.append(f"{reading.truncated} more were left out by the sender")
    return ", ".join(parts) or "No alert in it"
