"""The past is frozen (S7): who was on call is written down at each boundary, and at each edit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction

from deskbell.lib import clock
from deskbell.oncall import rota
from deskbell.oncall.handing_over import tell_incoming
from deskbell.oncall.models import Duty, Schedule
from deskbell.oncall.schedules import Span, arithmetic, whole

LONGEST_SLEEP = 15.0  # seconds; a boundary is written with its own instant, however late
_TICK = timedelta(microseconds=1)


def step() -> float:
    """Write down the boundaries that have come since the last time (the worker's loop)."""
    for schedule in Schedule.objects.order_by("id"):
        record(schedule)
    return LONGEST_SLEEP


@transaction.atomic
def record(schedule: Schedule) -> None:
    """Write down who has been on call up to now. Nothing has been edited since the present duty began:
    each edit begins a new one. So the arithmetic of now is that of then."""
    schedule = Schedule.objects.select_for_update().get(pk=schedule.pk)
    now, present = clock.now(), _present(schedule)
    since = present.starts_at if present else now
    if since > now:
        return  # the clock went back
    first, *further = _spans(schedule, since, now)
    if present is None:
        present = _begin(schedule, first)
    for span in further:
        present = _hand_over(present, span)


@contextmanager
def changing(schedule: Schedule) -> Iterator[Schedule]:
    """Around each edit of a schedule or its overrides: what was is written down before, and a new duty
    begins after it. Yields the locked schedule."""
    with transaction.atomic():
        locked = Schedule.objects.select_for_update().get(pk=schedule.pk)
        record(locked)
        yield locked
        now, present = clock.now(), _present(locked)
        (span,) = _spans(locked, now, now)
        if present is None or present.starts_at > now:
            return
        if present.starts_at == now:
            _fill(present, span)
        else:
            _hand_over(present, span)


def _present(schedule: Schedule) -> Duty | None:
    return schedule.duties.filter(ends_at=None).first()


def _spans(schedule: Schedule, since: datetime, now: datetime) -> list[Span]:
    """Who has been on call from `since` until now, the last of them still."""
    until = now + _TICK
    return whole(rota.final(arithmetic(schedule, since), since, until), since, until)


def _hand_over(duty: Duty, span: Span) -> Duty:
    """One duty ends, the next begins, and who is new in it is told."""
    duty.ends_at = span.start
    duty.save(update_fields=["ends_at"])
    begun = _begin(duty.schedule, span)
    tell_incoming(begun, duty)
    return begun


def _begin(schedule: Schedule, span: Span) -> Duty:
    duty = Duty.objects.create(schedule=schedule, starts_at=span.start, why=list(span.why))
    duty.agents.set(span.agents)
    return duty


def _fill(duty: Duty, span: Span) -> None:
    duty.why = list(span.why)
    duty.save(update_fields=["why"])
    duty.agents.set(span.agents)
