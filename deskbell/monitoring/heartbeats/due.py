"""When a heartbeat is overdue: after its period, or the next time of its schedule, and its grace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cronsim import CronSim, CronSimError

from deskbell.lib.errors import Refused
from deskbell.lib.zones import zone
from deskbell.monitoring.models import Check

NOT_DUE = datetime(9999, 1, 1, tzinfo=UTC)  # nothing is expected: it is new, down or paused


def overdue_at(check: Check) -> datetime:
    """The instant (UTC) at which this heartbeat, as its row stands, is overdue; NOT_DUE if none is.

    A run that has begun must end within the grace, also before the next ping would be due.
    """
    if check.state in {Check.State.DOWN, Check.State.PAUSED}:
        return NOT_DUE
    grace = timedelta(seconds=check.timeout)
    found = [NOT_DUE]
    if check.started_at is not None:
        found.append(check.started_at + grace)
    if check.state == Check.State.UP and check.last_at is not None:
        found.append(expected_at(check, check.last_at) + grace)
    if (
        check.state == Check.State.UNKNOWN
    ):  # it may have been away on purpose: once more from then on
        found.append(expected_at(check, check.state_since) + grace)
    return min(found)


def expected_at(check: Check, since: datetime) -> datetime:
    """When the ping after one at `since` is expected (UTC). A schedule goes by its wall clock (T1)."""
    cron = check.asks.get("cron")
    if not cron:
        return since + timedelta(seconds=check.every)
    local = since.astimezone(zone(check.asks["zone"]))
    following = next(CronSim(cron, local), None)
    return following.astimezone(UTC) if following else NOT_DUE - timedelta(days=366)


def checked_cron(text: str) -> str:
    """The schedule itself. Refused if it can't be read, or never comes."""
    text = " ".join(text.split())
    try:
        next(CronSim(text, datetime(2026, 1, 1, tzinfo=UTC)))
    except (CronSimError, StopIteration):
        raise Refused(
            f"“{text}” is no schedule: write five fields like 0 3 * * * (minute, hour, day, month, weekday)."
        ) from None
    return text
