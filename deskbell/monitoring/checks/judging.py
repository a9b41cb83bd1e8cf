"""What a verdict makes of a check: pure. Retries before it is down, damping while it flaps, and no word
about the other side while the desk itself has lost its network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from deskbell.monitoring.checks import slots
from deskbell.monitoring.checks.common import Verdict
from deskbell.monitoring.models import Check

STEADY_FOR = 600  # seconds without a failure, then what flapped is up
FEWEST_STEADY = 5  # verdicts, however long its interval is
State = Check.State


@dataclass(frozen=True)
class Standing:
    """How a check stands: the fields of its row that a verdict may change, and what it is judged by."""

    state: str
    failures: int
    successes: int
    failing_since: datetime | None
    warning: str
    is_flapping: bool
    retries: int
    every: int
    token: UUID


@dataclass(frozen=True)
class Next:
    """How it stands after a verdict, and when it is asked again. `minutes` are those for which the
    verdict stands: its interval; 0 if it is none, since the desk could not ask."""

    state: str
    failures: int
    successes: int
    failing_since: datetime | None
    warning: str
    next_at: datetime
    minutes: int


def follow(now: Standing, verdict: Verdict, *, lost: bool) -> Next:
    """`lost`: this machine's own network is gone, so a failure says nothing about the other side."""
    if verdict.ok:
        return _well(now, verdict)
    if lost:
        at = slots.next_slot(now.token, now.every, verdict.at)
        return Next(
            State.UNKNOWN, now.failures, now.successes, now.failing_since, now.warning, at, 0
        )
    return _failed(now, verdict)


def turns(before: Standing, after: Next) -> bool:
    """Is it more than one verdict like the last: something to be noted and told?"""
    return before.state != after.state or bool(before.warning) != bool(after.warning)


def steady_after(every: int) -> int:
    """How many verdicts in a row bring a flapping check up."""
    return max(FEWEST_STEADY, -(-STEADY_FOR // every))


def _well(now: Standing, verdict: Verdict) -> Next:
    successes = now.successes + 1
    damped = now.is_flapping and now.state == State.DOWN and successes < steady_after(now.every)
    return Next(
        now.state if damped else State.UP,
        0,
        successes,
        now.failing_since if damped else None,
        verdict.warning,
        slots.next_slot(now.token, now.every, verdict.at),
        _minutes(now),
    )


def _failed(now: Standing, verdict: Verdict) -> Next:
    failures = now.failures + 1
    counts = failures > now.retries or now.state == State.DOWN
    slot = slots.next_slot if counts else slots.retry_slot
    return Next(
        State.DOWN if counts else now.state,
        failures,
        0,
        now.failing_since or verdict.at,
        now.warning,
        slot(now.token, now.every, verdict.at),
        _minutes(now),
    )


def _minutes(now: Standing) -> int:
    """A retry comes between two turns, and stands for its own minute alone."""
    is_retry = now.failures > 0 and now.state != State.DOWN
    return 1 if is_retry else max(1, round(now.every / 60))
