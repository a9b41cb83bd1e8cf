"""Writing verdicts: those that change nothing in one statement for all, the others one by one.

A verdict, its timing and the check's next time are one statement, so none is there without the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from deskbell.monitoring.checks.common import Verdict
from deskbell.monitoring.checks.judging import Next
from deskbell.monitoring.checks.leasing import Leased

# Minutes only; `rolling.py` makes hours and days of them. How long a failure took is no timing.
KEEP = """
    WITH told AS (
        SELECT * FROM unnest(%(id)s::bigint[], %(lease)s::timestamptz[], %(at)s::timestamptz[],
            %(ms)s::float[], %(said)s::text[], %(failed)s::int[], %(failures)s::int[],
            %(successes)s::int[], %(since)s::timestamptz[], %(warning)s::text[],
            %(next)s::timestamptz[], %(minutes)s::int[])
        AS t(id, lease, at, ms, said, failed, failures, successes, since, warning, next_at, minutes)
    ), kept AS (
        UPDATE monitoring_check c
        SET last_at = CASE WHEN told.minutes > 0 THEN told.at ELSE c.last_at END, last_ms = told.ms,
            last_said = told.said, failures = told.failures, successes = told.successes,
            failing_since = told.since, warning = told.warning, next_at = told.next_at,
            leased_until = NULL
        FROM told WHERE c.id = told.id AND c.leased_until = told.lease
        RETURNING c.id
    )
    INSERT INTO monitoring_timing AS t
        (of_id, span, at, verdicts, failures, minutes, total_ms, least_ms, most_ms)
    SELECT told.id, 'minute', date_trunc('minute', told.at), 1, told.failed, told.minutes, took, took, took
    FROM told JOIN kept ON kept.id = told.id,
        LATERAL (SELECT CASE WHEN told.failed = 0 THEN told.ms ELSE 0 END) AS l(took)
    WHERE told.minutes > 0
    ON CONFLICT (of_id, span, at) DO UPDATE SET
        verdicts = t.verdicts + excluded.verdicts, failures = t.failures + excluded.failures,
        minutes = greatest(t.minutes, excluded.minutes), total_ms = t.total_ms + excluded.total_ms,
        least_ms = CASE WHEN excluded.failures > 0 THEN t.least_ms
            WHEN t.failures = t.verdicts THEN excluded.least_ms
            ELSE least(t.least_ms, excluded.least_ms) END,
        most_ms = greatest(t.most_ms, excluded.most_ms)
"""


@dataclass(frozen=True)
class Outcome:
    """A check, what it found, and how it stands afterwards."""

    check: Leased
    verdict: Verdict
    next: Next


async def keep(line: psycopg.AsyncConnection[Any], outcomes: Sequence[Outcome]) -> None:
    """Write verdicts that change no state. One whose lease is over, or whose check was changed
    meanwhile, is dropped."""
    await line.execute(KEEP, values_of(outcomes))


def values_of(outcomes: Sequence[Outcome]) -> dict[str, list[Any]]:
    """The statement's columns. In order of id, so that two processes don't wait for each other."""
    rows = sorted(outcomes, key=lambda each: each.check.id)
    return {
        "id": [o.check.id for o in rows],
        "lease": [o.check.lease for o in rows],
        "at": [o.verdict.at for o in rows],
        "ms": [o.verdict.ms for o in rows],
        "said": [o.verdict.said for o in rows],
        "failed": [int(not o.verdict.ok) for o in rows],
        "failures": [o.next.failures for o in rows],
        "successes": [o.next.successes for o in rows],
        "since": [o.next.failing_since for o in rows],
        "warning": [o.next.warning for o in rows],
        "next": [o.next.next_at for o in rows],
        "minutes": [o.next.minutes for o in rows],
    }
