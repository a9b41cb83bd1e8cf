"""Honest about the time: is the team there, when will it be, and what is promised to a chat (P3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from deskbell.lib import clock
from deskbell.reports.response import usual_minutes
from deskbell.sla.core import Coverage, Metric, Policy, Promise
from deskbell.sla.policies import current_version, policy_of


@dataclass(frozen=True)
class Hours:
    """What may be said of the time. Instants are aware; the bubble shows them in its reader's zone."""

    there: bool
    closes_at: datetime | None  # while the team is there, unless it always is
    opens_at: datetime | None  # while it is away
    answer_by: datetime | None  # the promise to someone who writes now
    minutes: int | None  # the promise itself, in covered time
    closed_for: str  # today's holiday, by name
    usual: int | None  # minutes in which the team really answered lately, if that is known

    def told(self) -> dict[str, Any]:
        """As JSON: instants in ISO 8601."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in vars(self).items()
        }


def hours() -> Hours | None:
    """The present hours by the policy's promise to live chats; None if it promises nothing."""
    policy = policy_of(current_version())
    promise = policy.chat.get(Metric.FIRST_REPLY)
    return _hours(policy, promise, clock.now()) if promise else None


def _hours(policy: Policy, promise: Promise, now: datetime) -> Hours:
    coverage = policy.coverages[promise.coverage]
    there = coverage.contains(now)
    return Hours(
        there=there,
        closes_at=_closing(coverage, now) if there else None,
        opens_at=None if there else coverage.next_opening(now),
        answer_by=coverage.add(now, promise.target),
        minutes=max(1, round(promise.target / timedelta(minutes=1))),
        closed_for="" if there else _holiday(coverage, now),
        usual=usual_minutes() if there else None,
    )


def _closing(coverage: Coverage, now: datetime) -> datetime | None:
    """The end of the interval that is open now, if it ends within a week."""
    for _, end in coverage.intervals(now, now + timedelta(days=7)):
        return end if end < now + timedelta(days=7) else None
    return None


def _holiday(coverage: Coverage, now: datetime) -> str:
    today = now.astimezone(coverage.zone).date()
    return next((name for _, name in coverage.exceptions_between(today, today)), "")
