"""The edges of maintenance windows, seen to by the worker.

At the beginning components come into maintenance, and a weekly window plans its next. At the end what was
found inside counts no more: each check is asked anew, and its first verdict after the end counts at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from deskbell.lib import clock
from deskbell.lib.telling import tell
from deskbell.lib.zones import zone
from deskbell.monitoring import standing
from deskbell.monitoring.checks import telling, turning
from deskbell.monitoring.heartbeats import telling as heartbeats
from deskbell.monitoring.heartbeats.due import NOT_DUE, expected_at, overdue_at
from deskbell.monitoring.maintenance.facts import MaintenanceMoved, Move
from deskbell.monitoring.models import Alert, Check, Component, Maintenance
from deskbell.sla.core import wall

LONGEST_SLEEP = 2.0  # seconds
WEEK = timedelta(days=7)
State = Check.State


def step() -> float:
    """See to each edge that has come (the worker's loop)."""
    while take_next():
        pass
    return LONGEST_SLEEP


@transaction.atomic
def take_next() -> bool:
    """See to one window whose edge has come, each once however many workers run; False if there is none."""
    now = clock.now()
    unsettled = _unsettled().filter(starts_at__lte=now)
    due = unsettled.filter(opened_at=None) | unsettled.filter(ends_at__lte=now)
    window = due.select_for_update(skip_locked=True).order_by("starts_at", "pk").first()
    if window is None:
        return False
    if window.opened_at is None:
        begin(window)
    if window.ends_at <= now:
        close(window)
    return True


def begin(window: Maintenance) -> None:
    """A locked window has begun."""
    window.opened_at = clock.now()
    window.save(update_fields=["opened_at"])
    for component in window.components.all():
        standing.settle(component, why=f"Maintenance: {window.title}")
    tell(MaintenanceMoved(window, Move.BEGUN))
    if window.weekly:
        plan_next(window)


def close(window: Maintenance) -> None:
    """A locked window is over, by itself or by a person."""
    window.closed_at = clock.now()
    window.save(update_fields=["closed_at"])
    for component in window.components.all():
        release(component, window)
    tell(MaintenanceMoved(window, Move.ENDED))


def release(component: Component, window: Maintenance) -> None:
    """A component may no longer be away, unless another window covers it. Not paged: what failed inside
    alone. It is asked again at once."""
    if not standing.is_in_maintenance(component):
        # What is make-believe is never asked, nor expected.
        checks = component.checks.exclude(state=State.PAUSED).exclude(
            next_at=NOT_DUE, state__in=[State.UP, State.NEW]
        )
        checks = checks.select_for_update(of=("self",))
        for check in checks.select_related("component").order_by("pk"):
            if check.kind == Check.Kind.HEARTBEAT:
                _expect_again(check, window)
            else:
                _ask_again(check, window)
    standing.settle(component, why=f"The maintenance is over: {window.title}")


def plan_next(window: Maintenance) -> Maintenance | None:
    """The same a week later by the wall clock; one that has passed meanwhile is left out. None after
    the last."""
    here, now = zone(window.zone), clock.now()
    starts, ends = (
        each.astimezone(here).replace(tzinfo=None) for each in (window.starts_at, window.ends_at)
    )
    while True:
        starts, ends = starts + WEEK, ends + WEEK
        if window.last_on is not None and starts.date() > window.last_on:
            return None
        if wall.last(here, ends) > now:
            break
    made, is_new = Maintenance.objects.get_or_create(
        follows=window,
        defaults={
            "starts_at": wall.first(here, starts),
            "ends_at": wall.last(here, ends),
            **{
                name: getattr(window, name)
                for name in ("title", "text", "weekly", "public", "zone")
            },
            "last_on": window.last_on,
            "made_by": window.made_by,
        },
    )
    if is_new:
        made.components.set(window.components.filter(retired_at=None))
        tell(MaintenanceMoved(made, Move.PLANNED))
    return made


def _unsettled() -> QuerySet[Maintenance]:
    """As the index `maintenance_unsettled` has them."""
    return Maintenance.objects.filter(closed_at=None, cancelled_at=None)


def _ask_again(check: Check, window: Maintenance) -> None:
    """What failed inside was no failure: it is as new, and one failure from now on brings it down."""
    now, is_down = clock.now(), check.state == State.DOWN
    counts_no_more = (
        is_down and check.state_since >= window.starts_at and not _is_told(telling.key(check))
    )
    check.leased_until, check.next_at = None, now  # an answer on its way is of before
    if counts_no_more:
        check.failures, check.failing_since = check.retries, None
        check.last_said = "It failed during maintenance. It is asked again now."
    elif not is_down:
        check.failures, check.failing_since = 0, None
    check.save(update_fields=["leased_until", "next_at", "failures", "failing_since", "last_said"])
    if counts_no_more:
        telling.forget(check)
        turning.move(check, State.NEW, now)


def _expect_again(check: Check, window: Maintenance) -> None:
    """What was expected inside may have been away on purpose: it has one more period, and its grace."""
    since, now = check.state_since, clock.now()
    if check.state == State.DOWN:
        inside = since >= window.starts_at and not _is_told(heartbeats.key(check))
    elif check.state == State.UP:
        inside = _was_due_within(check, window.starts_at, now)
    else:
        inside = False
    if not inside:
        return
    check.state, check.state_since = State.UNKNOWN, now
    check.started_at, check.failures = None, 0
    check.last_said = "It may have been away for maintenance. It is expected again."
    check.next_at = overdue_at(check)
    check.save()
    heartbeats.changed(check, since)


def _was_due_within(check: Check, start: datetime, end: datetime) -> bool:
    """Was its ping, or the end of its run, expected while it might be away?"""
    if check.started_at is not None:
        return True
    return check.last_at is not None and start <= expected_at(check, check.last_at) <= end


def _is_told(key: str) -> bool:
    """Does a person know of it? Then it goes on until it is well."""
    told = Alert.objects.open().filter(source__kind="checks", key=key)
    return told.exclude(ticket=None).exists()
