"""The worker's step: heartbeats past their grace are down, each exactly once however many workers run."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min, QuerySet

from deskbell.lib import clock
from deskbell.monitoring.heartbeats import telling
from deskbell.monitoring.heartbeats.due import NOT_DUE, overdue_at
from deskbell.monitoring.models import Check, Ping

LONGEST_SLEEP = 5.0  # seconds
KEPT = 100  # pings of each heartbeat


def step() -> float:
    """Take every heartbeat that is due, then answer the seconds until the next (the worker's loop)."""
    while take_next():
        pass
    following: datetime | None = _watched().aggregate(at=Min("next_at"))["at"]
    if following is None:
        return LONGEST_SLEEP
    # Compared as instants: the far NOT_DUE is too long a way for a float of a timer.
    soon = min(following, clock.now() + timedelta(seconds=LONGEST_SLEEP))
    return max(0.1, (soon - clock.now()).total_seconds())


@transaction.atomic
def take_next() -> bool:
    """Bring one heartbeat whose instant has come up to date; False if there is none."""
    check = (
        _watched()
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("component")
        .filter(next_at__lte=clock.now())
        .order_by("next_at")
        .first()
    )
    if check is None:
        return False
    due, since = overdue_at(check), check.state_since
    if due > clock.now():  # a change that could not be told when it came
        telling.say(check, since)
        check.next_at = due
        check.save(update_fields=["next_at"])
        return True
    check.last_said = _why(check)
    check.state, check.state_since = Check.State.DOWN, due
    check.started_at, check.next_at, check.failures = None, NOT_DUE, 0
    check.save(
        update_fields=["state", "state_since", "started_at", "next_at", "failures", "last_said"]
    )
    telling.changed(check, since)
    return True


def trim() -> int:
    """Forget all but the last hundred pings of each heartbeat; returns how many went."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {Ping._meta.db_table} WHERE id IN (SELECT id FROM (SELECT id, "  # noqa: S608 - a name of our own
            "row_number() OVER (PARTITION BY of_id ORDER BY id DESC) AS place "
            f"FROM {Ping._meta.db_table}) AS placed WHERE place > %s)",
            [KEPT],
        )
        return int(cursor.rowcount)


def _watched() -> QuerySet[Check]:
    """As the index `heartbeat_overdue` has them."""
    return Check.objects.filter(kind=Check.Kind.HEARTBEAT).exclude(state=Check.State.PAUSED)


def _why(check: Check) -> str:
    if check.started_at is not None and (
        check.started_at + timedelta(seconds=check.timeout) <= clock.now()
    ):
        return f"It began and has not ended within its grace of {check.timeout} seconds."
    return f"Its ping is overdue by its grace of {check.timeout} seconds."
