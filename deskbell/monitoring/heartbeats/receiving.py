"""A ping comes in: it is kept, and what it says of its job is true, before it is answered."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from deskbell.lib import clock
from deskbell.monitoring.heartbeats import telling
from deskbell.monitoring.heartbeats.due import overdue_at
from deskbell.monitoring.models import Check, Ping

LONGEST_RUN = timedelta(days=7)  # a start that is older belongs to no ping of today
SAVED = [
    "state", "state_since", "failures", "last_at", "last_ms", "last_said", "started_at", "next_at"
]  # fmt: skip
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Told:
    """What a request says. `ms` is how long the job took, if its sender says so itself."""

    kind: str  # of Ping.Kind
    exit_status: int | None = None
    run: UUID | None = None
    body: bytes = b""
    machine: str = ""
    agent: str = ""
    ms: float | None = None


@transaction.atomic
def take(token: UUID, told: Told) -> bool:
    """Keep a ping and bring its heartbeat up to it; False if no heartbeat has this address.

    Two pings of one heartbeat follow each other: the row is locked until both are written.
    """
    found = Check.objects.select_for_update(of=("self",)).select_related("component")
    check = found.filter(token=token, kind=Check.Kind.HEARTBEAT).first()
    if check is None:
        return False
    now = clock.now()
    ping = Ping.objects.create(
        of=check,
        kind=told.kind,
        at=now,
        exit_status=told.exit_status,
        run=told.run,
        took=_took(check, told, now),
        machine=told.machine[:45],
        agent=told.agent[:200],
        body=told.body,
    )
    if told.kind != Ping.Kind.LOG:
        _follow(check, ping, told)
    return True


def _follow(check: Check, ping: Ping, told: Told) -> None:
    """What the ping means for the heartbeat. A paused one keeps its pings and stays paused."""
    before, since = check.state, check.state_since
    if told.kind == Ping.Kind.START:
        check.started_at = ping.at
    else:
        ms = ping.took.total_seconds() * 1000 if ping.took is not None else None
        check.last_at, check.last_ms = ping.at, told.ms if told.ms is not None else ms
        check.started_at, check.last_said = None, _said(told)
        well = told.kind == Ping.Kind.SUCCESS
        check.failures = 0 if well else check.failures + 1
        if check.state != Check.State.PAUSED:
            check.state = Check.State.UP if well else Check.State.DOWN
    if check.state != before:
        check.state_since = ping.at
    check.next_at = overdue_at(check)
    check.save(update_fields=SAVED)
    if check.state != before:
        _tell(check, since, told)


def _tell(check: Check, since: datetime, told: Told) -> None:
    """Tell of the change. A fault in that must not lose the ping: the worker tells it again."""
    try:
        with transaction.atomic():
            telling.changed(check, since, shown=told.body)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # the ping is true whatever went wrong here, and its sender must hear OK
        log.exception("The change of heartbeat %s could not be told; the worker will", check.pk)
        check.next_at = clock.now()
        check.save(update_fields=["next_at"])


def _took(check: Check, told: Told, now: datetime) -> timedelta | None:
    """How long since the start of the same run, or since the last start where runs have no names."""
    if told.kind in {Ping.Kind.START, Ping.Kind.LOG}:
        return None
    if told.run is None:
        return now - check.started_at if check.started_at else None
    begun = check.pings.filter(run=told.run, kind=Ping.Kind.START, at__gt=now - LONGEST_RUN)
    start = begun.order_by("-id").values_list("at", flat=True).first()
    return now - start if start else None


def _said(told: Told) -> str:
    """One line for the list: the exit status, and how the body begins."""
    first = told.body[:400].decode("utf-8", "replace").replace("\x00", "�").strip()
    status = f"Exit status {told.exit_status}. " if told.exit_status else ""
    return (status + first.partition("\n")[0])[:500]
