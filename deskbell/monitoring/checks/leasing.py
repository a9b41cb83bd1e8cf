"""Which checks are this process's to ask: due rows, leased in batches, each to one process at a time.

Its next time is set to the end of the lease: whoever dies while asking has it come due again then. A
verdict is written only while its lease holds, so nobody is overtaken by an older answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import class_row

from deskbell.monitoring.checks.judging import Standing

MARGIN = 20  # seconds beyond a check's own limit, for writing its verdict
LEASE = """
    UPDATE monitoring_check c
    SET leased_until = %(now)s + make_interval(secs => c.timeout + %(margin)s),
        next_at = %(now)s + make_interval(secs => c.timeout + %(margin)s)
    FROM (
        SELECT d.id FROM monitoring_check d
        WHERE NOT d.kind = 'heartbeat' AND NOT d.state = 'paused' AND d.next_at <= %(due)s
        ORDER BY d.next_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
    ) AS due
    WHERE c.id = due.id
    RETURNING c.id, c.kind, c.asks, c.sealed, c.timeout, c.leased_until AS lease, c.state,
        c.failures, c.successes, c.failing_since, c.warning, c.is_flapping, c.retries, c.every, c.token
"""
RELEASE = """
    UPDATE monitoring_check c SET next_at = %(now)s, leased_until = NULL
    FROM unnest(%(id)s::bigint[], %(lease)s::timestamptz[]) AS held(id, lease)
    WHERE c.id = held.id AND c.leased_until = held.lease
"""
NEXT = """
    SELECT min(next_at) FROM monitoring_check
    WHERE NOT kind = 'heartbeat' AND NOT state = 'paused'
"""
# A check that waits for longer than its own interval and lease waits for a clock that was set back. What
# is make-believe waits for the year 9999: it is never asked.
CALL_BACK = """
    UPDATE monitoring_check SET next_at = %(now)s, leased_until = NULL
    WHERE NOT kind = 'heartbeat' AND NOT state = 'paused'
        AND next_at > %(now)s + make_interval(secs => every + timeout + %(margin)s)
        AND next_at < '9999-01-01 00:00+00'
"""


@dataclass(frozen=True)
class Leased:
    """A check as its lease found it."""

    id: int
    kind: str
    asks: dict[str, Any]
    sealed: str
    timeout: int
    lease: datetime
    state: str
    failures: int
    successes: int
    failing_since: datetime | None
    warning: str
    is_flapping: bool
    retries: int
    every: int
    token: Any

    @property
    def standing(self) -> Standing:
        return Standing(
            self.state,
            self.failures,
            self.successes,
            self.failing_since,
            self.warning,
            self.is_flapping,
            self.retries,
            self.every,
            self.token,
        )


async def lease(
    line: psycopg.AsyncConnection[Any], now: datetime, most: int, *, late: float = 0.0
) -> list[Leased]:
    """Take up to `most` checks that have been due for `late` seconds at least."""
    values = {"now": now, "due": now - timedelta(seconds=late), "most": most, "margin": MARGIN}
    async with line.cursor(row_factory=class_row(Leased)) as cursor:
        await cursor.execute(LEASE, values)
        return await cursor.fetchall()


async def release(
    line: psycopg.AsyncConnection[Any], now: datetime, held: Mapping[int, datetime]
) -> None:
    """Let another process take at once what this one will not ask any more."""
    values = {"now": now, "id": list(held), "lease": list(held.values())}
    await line.execute(RELEASE, values)


async def next_due(line: psycopg.AsyncConnection[Any]) -> datetime | None:
    """When the next check is due; None if there is none."""
    found = await (await line.execute(NEXT)).fetchone()
    return found[0] if found else None


async def call_back(line: psycopg.AsyncConnection[Any], now: datetime) -> int:
    """Let nobody wait for an instant that only a wrong clock has set; returns how many did."""
    done = await line.execute(CALL_BACK, {"now": now, "margin": 2 * MARGIN})
    return done.rowcount


def secrets_in(unsealed: str) -> dict[str, str]:
    """What a check's box held when it was opened."""
    return dict(json.loads(unsealed)) if unsealed else {}
