"""A million running clocks: what the look for the next due one costs, how late a breach is told, and how
quickly 100,000 that come due together are told by two workers, each once.

    .venv/bin/python -m bench.sla.timers [--clocks 1000000] [--due 100000] [--json]

About four minutes and 3 GB on two cores. Everything is real: rows by COPY's like, the worker's own step,
a durable PostgreSQL; the agents' screens are drawn and their notices written as on a desk.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.scratch import join, scratch_desk

FILL = """
INSERT INTO tickets_ticket (subject, channel, impact, state, live, demo, created_at, updated_at,
    last_sequence, team_id, category, came_to)
SELECT 'Ticket ' || n, 'mail', 'normal', 'open', false, false, %(opened)s, %(opened)s, 1,
    (SELECT min(id) FROM people_team), 'support', ''
FROM generate_series(1, %(count)s) n;
INSERT INTO tickets_ticketevent (ticket_id, sequence, at, kind, data)
SELECT number, 1, created_at, 'opened', '{"impact": "normal", "words": "customer"}'
FROM tickets_ticket WHERE number > %(after)s;
INSERT INTO sla_standing (ticket_id, opened_under_id, version_id, next_due_at, next_metric)
SELECT t.number, v.id, v.id, %(due)s, 'first_reply'
FROM tickets_ticket t, (SELECT max(id) AS id FROM sla_policyversion) v
WHERE t.number > %(after)s;
INSERT INTO sla_clock (ticket_id, metric, ordinal, started_at, target, coverage, due_at, warn_at,
    outcome, marks, rungs_told, warning_told_at)
SELECT number, 'first_reply', 1, created_at, interval '15 minutes', 'always', %(due)s, %(warn)s,
    'running', '[]', 0, %(warned)s
FROM tickets_ticket WHERE number > %(after)s;
"""
LEFT = """SELECT count(*) FROM sla_clock WHERE outcome = 'running' AND due_at < now()"""
TOLD = """
SELECT count(*), count(DISTINCT ticket_id) FROM tickets_ticketevent WHERE kind = 'breached'
"""


def main() -> None:
    """Run it and print a table, or JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--clocks", type=int, default=1_000_000)
    options.add_argument("--due", type=int, default=100_000)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with scratch_desk():
        found = measure(chosen.clocks, chosen.due)
    print(json.dumps(found, indent=2) if chosen.json else table(found))


def measure(clocks: int, due: int) -> dict[str, Any]:
    from django.db import connection

    connection.ensure_connection()
    _found()
    future = datetime.now(UTC) + timedelta(days=300)
    fill(clocks, opened=future - timedelta(minutes=15))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    found: dict[str, Any] = {"clocks": clocks, "due_at_once": due}
    found["poll_ms"] = polled()
    found["told_late_ms"] = lateness()
    found |= drained(due)
    return found


def fill(count: int, *, opened: datetime) -> None:
    """So many tickets with a first reply clock of fifteen minutes, already warned."""
    from django.db import connection

    facts = {
        "opened": opened,
        "due": opened + timedelta(minutes=15),
        "warn": opened + timedelta(minutes=11, seconds=15),
        "warned": opened,
        "count": count,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(number), 0) FROM tickets_ticket")
        facts["after"] = cursor.fetchone()[0]
        for statement in FILL.split(";")[:-1]:
            cursor.execute(statement, facts)


def polled() -> dict[str, float]:
    """The look of an idle worker: is anything due, and when is the next instant?"""
    from deskbell.sla import timers

    taken = []
    for _ in range(200):
        began = time.perf_counter()
        assert timers.tell_what_is_due() == 0
        timers.next_instant()
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return {"p50": round(statistics.median(taken), 2), "p99": round(taken[197], 2)}


def lateness(times: int = 20) -> dict[str, float]:
    """How long after its due instant a breach stands in the journal, with the worker's loop running."""
    from deskbell.sla.models import Clock

    late = []
    for n in range(times):
        fill(1, opened=datetime.now(UTC) - timedelta(minutes=15) + timedelta(seconds=0.3 + n / 97))
        clock = Clock.objects.latest("id")
        while pause := _step_until(clock.pk):
            time.sleep(pause)
        due = clock.due_at
        assert due is not None
        late.append((datetime.now(UTC) - due).total_seconds() * 1000)
    late.sort()
    return {"p50": round(statistics.median(late), 1), "worst": round(late[-1], 1)}


def _step_until(pk: int) -> float:
    """One step of the worker; 0 once the clock's breach was told, else how long it wants to sleep."""
    from deskbell.sla import timers
    from deskbell.sla.models import Clock

    pause = timers.step()
    return pause if Clock.objects.get(pk=pk).breach_told_at is None else 0


def drained(due: int) -> dict[str, Any]:
    """Two workers tell all that came due at once; counted afterwards, ticket by ticket."""
    from django.db import connection, connections

    with connection.cursor() as cursor:
        cursor.execute(TOLD)
        before = cursor.fetchone()[0]
    fill(due, opened=datetime.now(UTC) - timedelta(minutes=20))
    connections.close_all()
    spawning = multiprocessing.get_context("spawn")
    ready, go = spawning.Barrier(3), spawning.Event()
    workers = [spawning.Process(target=_drain, args=(ready, go)) for _ in range(2)]
    for worker in workers:
        worker.start()
    ready.wait()
    began = time.perf_counter()
    go.set()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute(LEFT)
        (lost,) = cursor.fetchone()
        cursor.execute(TOLD)
        told, distinct = cursor.fetchone()
    return {
        "drain_seconds": round(seconds, 1),
        "events_per_second": round((told - before) / seconds),
        "lost": lost + due - (told - before) if told - before < due else lost,
        "twice": told - distinct,
    }


def _drain(ready: Any, go: Any) -> None:
    join()
    from deskbell.sla import timers

    ready.wait()
    go.wait()
    while timers.tell_what_is_due():
        pass


def _found() -> None:
    """Ten agents of the first line, so that somebody is told, and a quarter of an hour for Normal."""
    from deskbell.people.teams import add_agent
    from deskbell.sla.policies import current_version
    from deskbell.sla.versions import make, merged

    first = current_version()
    promise = {"first_reply": {"target": 900, "coverage": "always"}}
    document = merged(first.document, {"targets": {"normal": promise}})
    make(first.policy, document, ladder=first.ladder, reason="Due at any hour")

    for n in range(10):
        add_agent(f"agent{n}@desk.example", f"Agent {n}")


def table(found: dict[str, Any]) -> str:
    """The figures in Markdown."""
    rows = [
        ("running clocks", f"{found['clocks']:,}"),
        ("a look for what is due, nothing due: p50, p99", _both(found["poll_ms"])),
        ("a breach told after its instant: p50, worst of 20", _both(found["told_late_ms"])),
        (f"{found['due_at_once']:,} due at once, two workers", f"{found['drain_seconds']} s"),
        ("events a second", f"{found['events_per_second']:,}"),
        ("lost, twice", f"{found['lost']}, {found['twice']}"),
    ]
    return "\n".join(["| measure | figure |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)])


def _both(figures: dict[str, float]) -> str:
    return ", ".join(f"{figure} ms" for figure in figures.values())


if __name__ == "__main__":
    main()
