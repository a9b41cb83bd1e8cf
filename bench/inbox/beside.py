"""The inbox beside django-helpdesk, with the same tickets on the same PostgreSQL, in one run.

    .venv/bin/python -m bench.inbox.beside [--tickets 30000] [--rounds 40] [--json]

Milliseconds of the server, one client, in process. Both find the same tickets by a rare word and by a phrase,
or the run fails. Its list and its search are a page and the table that it asks for at once; ours are one.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import helpdesk
from bench.inbox.filling import Desk, fill, is_unfinished
from bench.scratch import scratch_desk

LINKED = re.compile(r'href="/tickets/(\d+)"')
CHECKED = ("search, rare word", "search, phrase")


def main() -> None:
    """Run it and print a table, or JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tickets", type=int, default=30_000)
    options.add_argument("--rounds", type=int, default=40)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with scratch_desk() as url, tempfile.TemporaryDirectory() as folder:
        fill(chosen.tickets)
        ours = measure(chosen.tickets, chosen.rounds)
        same = Path(folder) / "tickets"
        _write(same, chosen.tickets)
        rounds = str(chosen.rounds)
        common = Desk(chosen.tickets).words[0]
        theirs = helpdesk.run(url, "bench.inbox.contender", str(same), rounds, common)
    found = {"tickets": chosen.tickets, "differ": _differ(ours, theirs, chosen.tickets)}
    rows = {name: {"ours": _figures(ours[name]), "theirs": _figures(theirs[name])} for name in ours}
    print(json.dumps({**found, "asked": rows}, indent=2) if chosen.json else table(rows))
    if found["differ"]:
        raise SystemExit(f"They do not find the same: {', '.join(found['differ'])}.")


def measure(tickets: int, rounds: int) -> dict[str, Any]:
    """What the desk takes for each, and the numbers of the tickets that it shows."""
    from django.test import Client

    from deskbell.cli.family import set_apart_what_stays
    from deskbell.people.models import Agent
    from deskbell.tickets.finding.spelling import learn_all

    learn_all()
    set_apart_what_stays()  # as a web process does
    browser, dice = Client(SERVER_NAME="localhost"), random.Random(1)
    browser.force_login(Agent.objects.order_by("pk").first().person)  # type: ignore[union-attr]
    word = Desk(tickets).words[0]
    asked: dict[str, Callable[[], str]] = {
        "list, all open": lambda: "/inbox",
        "ticket": lambda: f"/tickets/{dice.randint(1, tickets)}",
        "search, common word": lambda: f"/inbox?q={word}&exactly=yes",
        "search, rare word": lambda: "/inbox?q=ocelot&exactly=yes",
        "search, phrase": lambda: "/inbox?q=%22black+screen%22&exactly=yes",
    }
    told = {}
    for name, path in asked.items():
        shown, times = browser.get(path()).content.decode(), []
        for _ in range(rounds):
            began = time.perf_counter()
            assert browser.get(path()).status_code == 200
            times.append(1000 * (time.perf_counter() - began))
        numbers = sorted({int(number) for number in LINKED.findall(shown)})
        told[name] = {"ms": sorted(times), "numbers": numbers}
    return told


def _write(file: Path, tickets: int) -> None:
    """The desk's tickets as lines of JSON, for the contender."""
    from django.db import connection

    with file.open("w") as written, connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, subject, array_agg(text ORDER BY id) FROM tickets_ticket "
            "JOIN tickets_message ON ticket_id = number GROUP BY number ORDER BY number"
        )
        for number, subject, texts in cursor:
            row = [number, subject, is_unfinished(number, tickets), texts]
            written.write(json.dumps(row) + "\n")


def _differ(ours: dict[str, Any], theirs: dict[str, Any], tickets: int) -> list[str]:
    """What was not found alike: theirs shows the oldest fifty and counts all, ours shows fifty of them."""
    known = {
        "search, rare word": {n for n in range(1, tickets + 1) if n % 10_000 == 7},
        "search, phrase": {n for n in range(1, tickets + 1) if n % 100 == 9},
    }
    return [
        name
        for name in CHECKED
        if theirs[name]["count"] != len(known[name])
        or not set(theirs[name]["numbers"]) <= known[name]
        or not set(ours[name]["numbers"]) <= known[name]
        or len(ours[name]["numbers"]) != min(50, len(known[name]))
    ]


def _figures(told: dict[str, Any]) -> dict[str, float]:
    last = statistics.quantiles(told["ms"], n=100)[98] if told["ms"][1:] else told["ms"][0]
    return {"p50": round(statistics.median(told["ms"]), 1), "p99": round(last, 1)}


def table(rows: dict[str, Any]) -> str:
    """The figures as Markdown: p50 / p99 in ms."""
    lines = ["| ms, p50 / p99 | Deskbell | django-helpdesk | ours of theirs |", "|---|---|---|---|"]
    for name, row in rows.items():
        ours, theirs = row["ours"], row["theirs"]
        share = ours["p50"] / theirs["p50"]
        lines.append(
            f"| {name} | {ours['p50']} / {ours['p99']} | {theirs['p50']} / {theirs['p99']} | {share:.2f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
