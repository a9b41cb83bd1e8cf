"""The clocks of a ticket, derived from its history and its policy alone (K1 to K16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from deskbell.sla.core.coverage import Coverage
from deskbell.sla.core.draft import Draft
from deskbell.sla.core.history import Event
from deskbell.sla.core.instants import micros, moment
from deskbell.sla.core.policy import Bound, Metric, Policy
from deskbell.sla.core.replay import replay

_ORDER = {metric: place for place, metric in enumerate(Metric)}


class Outcome(StrEnum):
    """How a clock stands. One that runs past its due instant is breached, its `stop` None."""

    RUNNING = "running"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise on one ticket. Instants are aware and in UTC; durations are covered time.

    `ordinal`: the nth clock of its metric on the ticket, from 1. `about`: the episode or tier.
    `target`, `coverage` (key in the policy): of the promise that gives the due instant (K15).
    `due`, `warn_at`: None while paused (K7). `stop`: when it was met, cancelled or, after a
    breach, at last answered. `breached_at`: never before the instant at which it could be known
    (K8, K13). `counted`: from start to stop, or to now, without pauses. `late_by`: from
    `breached_at` to `stop`, None until it stops. `marks`: see `Mark`. `bounds`: all promises that
    hold for it, the one that gives the due instant and the other (see `held`).
    """

    metric: Metric
    ordinal: int
    about: str
    start: datetime
    target: timedelta
    coverage: str
    due: datetime | None
    warn_at: datetime | None
    stop: datetime | None
    outcome: Outcome
    breached_at: datetime | None
    counted: timedelta
    late_by: timedelta | None
    marks: frozenset[str]
    hours: Coverage = field(compare=False, repr=False)
    pauses: tuple[tuple[datetime, datetime | None, str], ...]
    as_of: datetime = field(compare=False, repr=False)
    bounds: tuple[Bound, ...] = field(compare=False, repr=False)


def clocks(history: Sequence[Event], policy: Policy, now: datetime) -> list[Clock]:
    """Every clock of a ticket as it stands at `now`, by start, then metric (K12).

    `history`: the events in order, aware instants; those after `now` have not happened yet.
    `policy`: the version the ticket was opened under (K9). A metric without a promise has no
    clock. Naive instants are a `ValueError`, events out of order or unknown `BadHistory`.
    """
    until = micros(now, "now")
    drafts = [draft for draft in replay(history, policy, until) if draft.bound is not None]
    drafts.sort(key=lambda draft: (draft.start, _ORDER[Metric(draft.metric)], draft.ordinal))
    return [_clock(draft, until) for draft in drafts]


def _clock(draft: Draft, now: int) -> Clock:
    bound = draft.bound
    assert bound is not None
    end = now if draft.stop is None else draft.stop
    late = draft.breached_at is not None and draft.stop is not None
    warn = None if draft.due is None else draft.instant_of(bound, bound.warn)
    return Clock(
        metric=Metric(draft.metric),
        ordinal=draft.ordinal,
        about=draft.about,
        start=moment(draft.start),
        target=_duration(bound.target),
        coverage=bound.key,
        due=_instant(draft.due),
        warn_at=_instant(warn),
        stop=_instant(draft.stop),
        outcome=_outcome(draft),
        breached_at=_instant(draft.breached_at),
        counted=_duration(draft.counted(draft.start, end)),
        late_by=_duration(draft.counted(draft.breached_at or 0, end)) if late else None,
        marks=frozenset(mark for mark in (draft.late_mark, draft.end_mark) if mark is not None),
        hours=bound.hours,
        pauses=tuple(
            (moment(pause.start), _instant(pause.end), pause.reason) for pause in draft.pauses
        ),
        as_of=moment(now),
        bounds=tuple(draft.bounds),
    )


def _outcome(draft: Draft) -> Outcome:
    if draft.breached_at is not None:
        return Outcome.BREACHED
    if draft.cancelled:
        return Outcome.CANCELLED
    return Outcome.RUNNING if draft.stop is None else Outcome.MET


def _instant(count: int | None) -> datetime | None:
    return None if count is None else moment(count)


def _duration(count: int) -> timedelta:
    return timedelta(microseconds=count)
