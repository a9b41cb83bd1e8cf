"""Timings, rolled up: minutes into hours, hours into days, so that what is kept stays bounded.

A roll-up is computed anew from what lies below it, so doing it twice, or late, changes nothing. Minutes
and hours go only when they have been rolled up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Max, Q, Sum

from deskbell.lib import clock
from deskbell.monitoring.models import Timing

Span = Timing.Span
KEPT = {Span.MINUTE: timedelta(days=3), Span.HOUR: timedelta(days=100)}  # days are kept for ever
LATEST = timedelta(hours=1)  # by which a verdict may be written after its minute
BATCH = 10_000  # rows that go at once
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# An interval is promised one verdict. A second one in it, after a change of the check, makes up for no
# gap elsewhere: so no span has more minutes than it is long, or than its one verdict stands for.
ROLL = """
    INSERT INTO monitoring_timing
        (of_id, span, at, verdicts, failures, minutes, total_ms, least_ms, most_ms)
    SELECT of_id, %(into)s, date_trunc(%(into)s, at, 'UTC'), sum(verdicts), sum(failures),
        least(sum(minutes), greatest(%(most)s, max(minutes))), sum(total_ms),
        coalesce(min(least_ms) FILTER (WHERE verdicts > failures), 0), max(most_ms)
    FROM monitoring_timing WHERE span = %(from)s AND at >= %(since)s
    GROUP BY of_id, date_trunc(%(into)s, at, 'UTC')
    ON CONFLICT (of_id, span, at) DO UPDATE SET
        verdicts = excluded.verdicts, failures = excluded.failures, minutes = excluded.minutes,
        total_ms = excluded.total_ms, least_ms = excluded.least_ms, most_ms = excluded.most_ms
"""
# The keys are found first, by themselves: as a subquery, and with statistics of an empty table, 10,000 of
# them were compared with each row, for minutes.
TRIM = "DELETE FROM monitoring_timing WHERE id = ANY(%s)"


def roll_up() -> None:
    """Bring hours and days up to the minutes, then let go of what is old (a job of every few minutes)."""
    _roll(Span.MINUTE, Span.HOUR, 60)
    _roll(Span.HOUR, Span.DAY, 1440)
    trim()


def trim() -> int:
    """Let minutes and hours go that are old and stand in a roll-up; returns how many rows went."""
    gone = 0
    for span, above in ((Span.MINUTE, Span.HOUR), (Span.HOUR, Span.DAY)):
        rolled = _newest(above)
        if rolled is not None:
            gone += _trim(span, min(clock.now() - KEPT[span], rolled - LATEST))
    return gone


def minutes_heard(checks: Iterable[int], since: datetime) -> Mapping[int, int]:
    """Of each check the minutes with a verdict from `since` (a full hour, UTC) until now.

    Whole days are read as days and the rest as hours; what has not been rolled up yet, as minutes.
    """
    hours_until = _newest(Span.HOUR) or since
    days_from = min(_day(since + DAY - timedelta(microseconds=1)), hours_until)
    days_until = max(days_from, min(_newest(Span.DAY) or days_from, hours_until))
    parts = (
        Q(span=Span.HOUR, at__gte=since, at__lt=days_from)
        | Q(span=Span.DAY, at__gte=days_from, at__lt=days_until)
        | Q(span=Span.HOUR, at__gte=days_until, at__lt=hours_until)
        | Q(span=Span.MINUTE, at__gte=max(since, hours_until), at__lte=clock.now())
    )
    found = Timing.objects.filter(parts, of__in=list(checks))
    return dict(found.values_list("of").annotate(minutes=Sum("minutes")))


def full_hour(at: datetime) -> datetime:
    """The hour that `at` lies in, from its first instant (UTC)."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _roll(span: str, into: str, most: int) -> None:
    """From the newest roll-up on, and what may have come late before it; all, if there is none."""
    newest = _newest(into)
    # All of the span in which the first row lies is computed, so never from the middle of one.
    since = _day(newest - LATEST) if newest else datetime(2000, 1, 1, tzinfo=UTC)
    if newest and into == Span.HOUR:
        since = full_hour(newest - LATEST)
    with connection.cursor() as cursor:
        cursor.execute(ROLL, {"from": span, "into": into, "most": most, "since": since})


def _newest(span: str) -> datetime | None:
    """The newest roll-up; what a clock that was ahead has left in the future is none."""
    rows = Timing.objects.filter(span=span, at__lte=clock.now())
    found: datetime | None = rows.aggregate(at=Max("at"))["at"]
    return found


def _trim(span: str, before: datetime) -> int:
    old = (
        Timing.objects.filter(span=span, at__lt=before).order_by("at").values_list("pk", flat=True)
    )
    gone = 0
    while keys := list(old[:BATCH]):
        with connection.cursor() as cursor:
            cursor.execute(TRIM, [keys])
            gone += cursor.rowcount
    return gone


def _day(at: datetime) -> datetime:
    return full_hour(at).replace(hour=0)
