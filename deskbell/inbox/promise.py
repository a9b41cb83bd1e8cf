"""The promise as a table: what the present policy says, read from the policy itself (C7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from deskbell.lib import clock
from deskbell.sla.core import Metric, Policy, Promise
from deskbell.sla.policies import current_version, policy_of
from deskbell.tickets.impacts import Impact

METRICS = (Metric.FIRST_REPLY, Metric.NEXT_REPLY, Metric.PERIODIC_UPDATE)


@dataclass(frozen=True)
class Line:
    """One impact's promise. A metric without a promise is None."""

    impact: Impact
    coverage: str
    targets: list[timedelta | None]


@dataclass(frozen=True)
class Hours:
    """A coverage in words: its name, and the next days on which it is closed by name."""

    name: str
    closed: list[tuple[date, str]]


def promise() -> dict[str, object]:
    """The lines of the table, and for each coverage which holidays it observes."""
    policy = policy_of(current_version())
    return {
        "lines": [_line(policy, impact) for impact in Impact],
        "coverages": [_hours(policy, key) for key in policy.coverages],
    }


def _line(policy: Policy, impact: Impact) -> Line:
    promises: list[Promise | None] = [policy.targets[impact].get(metric) for metric in METRICS]
    named = next(each.coverage for each in promises if each)
    targets = [each.target if each else None for each in promises]
    return Line(impact, policy.coverages[named].name, targets)


def _hours(policy: Policy, key: str) -> Hours:
    coverage = policy.coverages[key]
    today = clock.now().date()
    exceptions = coverage.document().get("exceptions") or {}
    named = [(date.fromisoformat(day), each["name"]) for day, each in sorted(exceptions.items())]
    return Hours(coverage.name, [(day, name) for day, name in named if day >= today][:4])
