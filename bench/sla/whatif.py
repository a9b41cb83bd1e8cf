"""What-if over 100,000 tickets: what it takes merely to read their histories, and what to replay them.

    .venv/bin/python -m bench.sla.whatif [--tickets 100000] [--json]

About two minutes and 1 GB, on a durable PostgreSQL of its own. One process reads and replays, and the
server has its own. Reading is one streaming cursor, in order, as tuples, in two ways: as PostgreSQL's
own types (instants become datetimes, data dicts), and as bare numbers and text, the fastest we know.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from bench.scratch import scratch_desk

TYPED = "SELECT ticket_id, sequence, at, kind, data FROM tickets_ticketevent"
BARE = (
    "SELECT ticket_id, sequence, (date_part('epoch', at) * 1000000)::bigint, kind, data::text"
    " FROM tickets_ticketevent"
)
STRICTER = {
    "targets": {"normal": {"first_reply": {"target": 7200, "coverage": "business_hours"}}},
    "coverages": {"business_hours": {"windows": {"fri": [["08:00", "12:00"]]}}},
}


def main() -> None:
    """Run it and print a table, or JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tickets", type=int, default=100_000)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with scratch_desk() as url:
        found = measure(chosen.tickets, url)
    print(json.dumps(found, indent=2) if chosen.json else table(found))


def measure(tickets: int, url: str) -> dict[str, Any]:
    from bench.sla import histories

    found: dict[str, Any] = {"tickets": tickets, "events": histories.load(tickets)}
    rounds: dict[str, list[float]] = {"typed": [], "bare": [], "replay": [], "job": []}
    for _ in range(2):  # by turns, so that other work on the machine falls on all of them
        rounds["typed"].append(timed(lambda: read(url, TYPED)))
        rounds["bare"].append(timed(lambda: read(url, BARE)))
        rounds["replay"].append(timed(lambda: found.update(compared())))
        rounds["job"].append(timed(answered))
    found |= {f"{name}_seconds": round(min(taken), 4) for name, taken in rounds.items()}
    found["replay_to_typed"] = round(found["replay_seconds"] / found["typed_seconds"], 2)
    found["replay_to_bare"] = round(found["replay_seconds"] / found["bare_seconds"], 2)
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return found


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def read(url: str, query: str) -> int:
    """Every event in order, through psycopg alone, and nothing done with it."""
    import psycopg

    count = 0
    with psycopg.connect(url) as connection, connection.cursor("reading") as cursor:
        cursor.itersize = 5000
        cursor.execute(f"{query} ORDER BY ticket_id, sequence")
        for _ in cursor:
            count += 1
    return count


def compared() -> dict[str, Any]:
    """The work of `deskbell sla replay`."""
    from deskbell.reports.whatif.comparing import Comparison, Period

    period = Period.of_days(date(2026, 1, 1), date(2026, 12, 31), "America/New_York")
    work = Comparison(_policy(), period, datetime(2027, 1, 1, tzinfo=UTC))
    turned = sum(len(turns) for _, turns in work.steps())
    result = work.result()
    assert result["to_met"] + result["to_missed"] == turned
    return {"clocks": result["as_it_was"]["clocks"], "turned": turned}


def answered() -> None:
    """The job behind the page, with what it writes."""
    from deskbell.reports.models import WhatIf
    from deskbell.reports.whatif import asking

    asked = WhatIf.objects.create(
        first=date(2026, 1, 1),
        last=date(2026, 12, 31),
        zone="America/New_York",
        document=_policy().document(),
        as_of=datetime(2027, 1, 1, tzinfo=UTC),
    )
    asking.answer(asked.pk)
    asked.refresh_from_db()
    assert asked.state == "answered" and asked.done == asked.total


def _policy() -> Any:
    from deskbell.reports.whatif.changing import policy_in_question
    from deskbell.sla.policies import current_version

    return policy_in_question(STRICTER, current_version().document)


def table(found: dict[str, Any]) -> str:
    """The figures in Markdown."""
    rows = [
        ("tickets, events, clocks", " / ".join(f"{found[k]:,}" for k in ("tickets", "events", "clocks"))),
        ("reading, as PostgreSQL's types", f"{found['typed_seconds']:.2f} s"),
        ("reading, as bare numbers and text", f"{found['bare_seconds']:.2f} s"),
        ("reading and replaying under both policies", f"{found['replay_seconds']:.2f} s"),
        ("… times the reading (types, bare)", f"{found['replay_to_typed']}, {found['replay_to_bare']}"),
        ("the page's job, with its rows", f"{found['job_seconds']:.2f} s"),
        ("clocks that change sides", f"{found['turned']:,}"),
        ("most memory", f"{found['peak_mb']} MB"),
    ]  # fmt: skip
    return "\n".join(["| measure | figure |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)])


if __name__ == "__main__":
    main()
