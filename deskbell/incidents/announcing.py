"""Telling customers of maintenance: ahead, when it changes, begins and ends, or does not take place.

What is planned by hand is announced at once; of a weekly window each occurrence three days ahead. What
was announced early is reminded of a day ahead; a weekly one is not. A window that is not `public` is the
team's alone. Each notice has a key of its own, so that it is told once however many workers run, and
what follows says only what was said before: nothing ends for who never heard that it began.

A cancellation or an early end leaves a minute later: taken back within it, nobody has heard of it.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from deskbell.incidents.models import Delivery, MaintenanceNotice
from deskbell.incidents.news.queueing import queue_notice
from deskbell.lib import clock
from deskbell.lib.savepoints import by_itself
from deskbell.monitoring.maintenance.facts import MaintenanceMoved, Move
from deskbell.monitoring.models import Maintenance

WEEKLY_AHEAD = timedelta(days=3)
REMINDED_AHEAD = timedelta(hours=24)
EARLY = timedelta(hours=24)  # before the reminder: what was announced later needs none
TAKEN_BACK_WITHIN = timedelta(minutes=1)
BATCH = 100
LONGEST_SLEEP = 30.0  # seconds; nothing here is due to the second
Kind = MaintenanceNotice.Kind
log = logging.getLogger(__name__)


def step() -> float:
    """Announce weekly windows and remind of early ones as their times come (the worker's loop)."""
    now = clock.now()
    rows = _unbegun(now)
    due = [*_unannounced(rows, now)[:BATCH], *_unreminded(rows, now)[:BATCH]]
    for window in due:
        with by_itself(log, "Nobody could be told of maintenance %s", window.pk):
            see_to(window.pk)
    return LONGEST_SLEEP


def window_moved(fact: MaintenanceMoved) -> None:
    """Tell customers what has become of a window (in the transaction in which it did)."""
    window = fact.window
    if not window.public:
        return
    match fact.move:
        case Move.PLANNED:
            _announce_if_time(window)
        case Move.CHANGED:
            _changed(window)
        case Move.BEGUN:
            _tell(window, Kind.STARTED)
        case Move.ENDED if _last(window) is not None:
            early = TAKEN_BACK_WITHIN if window.ended_at else timedelta(0)
            _tell(window, Kind.ENDED, held_for=early)
        case Move.CANCELLED if _last(window) is not None:
            _tell(window, Kind.CANCELLED, held_for=TAKEN_BACK_WITHIN)
        case Move.BACK:
            _back(window)


@transaction.atomic
def see_to(pk: int) -> None:
    """Announce or remind of this window, if it is still time and no other worker is at it."""
    now = clock.now()
    rows = _unbegun(now).filter(pk=pk).select_for_update(skip_locked=True, of=("self",))
    if window := _unannounced(rows, now).first():
        _tell(window, Kind.ANNOUNCED)
    elif window := _unreminded(rows, now).first():
        _tell(window, Kind.REMINDER)


def _unbegun(now: datetime) -> QuerySet[Maintenance]:
    rows = Maintenance.objects.filter(public=True, opened_at=None, closed_at=None)
    return rows.filter(cancelled_at=None, starts_at__gt=now).order_by("starts_at")


def _unannounced(rows: QuerySet[Maintenance], now: datetime) -> QuerySet[Maintenance]:
    told = MaintenanceNotice.objects.filter(maintenance=OuterRef("pk"))
    return rows.filter(~Exists(told), weekly=True, starts_at__lte=now + WEEKLY_AHEAD)


def _unreminded(rows: QuerySet[Maintenance], now: datetime) -> QuerySet[Maintenance]:
    """Announced more than a day before the reminder is due, and nothing was said since that is due."""
    notices = MaintenanceNotice.objects.filter(maintenance=OuterRef("pk"))
    due = OuterRef("starts_at") - REMINDED_AHEAD
    early = notices.filter(kind=Kind.ANNOUNCED, at__lte=due - EARLY)
    said = notices.filter(Q(kind=Kind.REMINDER) | Q(at__gt=due))
    soon = rows.filter(weekly=False, starts_at__lte=now + REMINDED_AHEAD)
    return soon.filter(Exists(early), ~Exists(said))


def _announce_if_time(window: Maintenance) -> None:
    """What begins at once is told as begun. A weekly one waits for its time."""
    now = clock.now()
    if now < window.starts_at and (not window.weekly or window.starts_at <= now + WEEKLY_AHEAD):
        _tell(window, Kind.ANNOUNCED)


def _changed(window: Maintenance) -> None:
    """Other words alone are nobody's mail: the page has them."""
    last = _last(window)
    if last is None:
        if window.opened_at is None:
            _announce_if_time(window)
    elif _essence(last.told) != _essence(told_of(window)):
        _tell(window, Kind.CHANGED)


def _back(window: Maintenance) -> None:
    """It takes place after all: nothing is said if nobody has heard that it would not."""
    last = _last(window)
    if last is None or last.kind not in {Kind.CANCELLED, Kind.ENDED}:
        return
    if not last.deliveries.exclude(state=Delivery.State.QUEUED).exists():
        last.delete()
    else:
        _tell(window, Kind.STARTED if window.opened_at else Kind.ANNOUNCED)


def _last(window: Maintenance) -> MaintenanceNotice | None:
    return MaintenanceNotice.objects.filter(maintenance=window).order_by("-id").first()


def _tell(window: Maintenance, kind: Kind, *, held_for: timedelta = timedelta(0)) -> None:
    """Once for each state of the window: told again only after something else was told of it."""
    last = _last(window)
    notice, is_new = MaintenanceNotice.objects.get_or_create(
        key=f"{window.pk}:{kind}:{last.pk if last else 0}",
        defaults={
            "maintenance": window,
            "kind": kind,
            "told": told_of(window),
            "at": clock.now(),
        },
    )
    if is_new:
        queue_notice(notice, held_for=held_for)


def told_of(window: Maintenance) -> dict[str, Any]:
    """A window as its notices tell it."""
    components = window.components.order_by("service__place", "place", "name")
    return {
        "title": window.title,
        "text": window.text,
        "starts_at": window.starts_at.astimezone(UTC).isoformat(),
        "ends_at": (window.ended_at or window.ends_at).astimezone(UTC).isoformat(),
        "components": [{"key": each.key, "name": each.name} for each in components],
    }


def _essence(told: dict[str, Any]) -> tuple[Any, ...]:
    keys = sorted(each["key"] for each in told["components"])
    return told["title"], told["starts_at"], told["ends_at"], keys
