"""The inbox at 1,000, 100,000 and 1,000,000 tickets of three messages: list, ticket, search and counts.

    .venv/bin/python -m bench.inbox.lists [--tickets 1000 100000] [--rounds 60] [--clients 1 16] [--json]

Milliseconds of the server for one request, middle and 99th percentile, in one process with Django's own
client (16 clients are 16 threads on one interpreter), over a durable PostgreSQL. A million takes about half
an hour to load and 8 GB of disk. Sizes are of the page as it is sent, with gzip.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.inbox.filling import Desk, fill
from bench.scratch import scratch_desk

Ask = Callable[[random.Random], str]


def main() -> None:
    """Run it for each size and print a table, or JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tickets", type=int, nargs="+", default=[1_000, 100_000])
    options.add_argument("--rounds", type=int, default=60)
    options.add_argument("--clients", type=int, nargs="+", default=[1, 16])
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    found = {}
    for tickets in chosen.tickets:
        with scratch_desk():
            found[tickets] = measure(tickets, chosen.rounds, chosen.clients)
    sizes = list(found.values())
    told = {"tickets": max(found), "failed": sum(each["failed"] for each in sizes), "sizes": found}
    print(json.dumps(told, indent=2) if chosen.json else table(found))


def requests(tickets: int) -> dict[str, Ask]:
    """What is asked, by what it is called; each round asks for another."""
    words = Desk(tickets).words

    def search(question: str) -> Ask:
        return lambda dice: f"/inbox?q={question}&exactly=yes"

    return {
        "list, all open": lambda dice: "/inbox",
        "list, mine": lambda dice: "/inbox?view=mine",
        "list, waiting": lambda dice: "/inbox?view=waiting",
        "ticket": lambda dice: f"/tickets/{dice.randrange(1, tickets + 1)}",
        "counts of all lists": lambda dice: "/inbox/counts",
        "search, common word": lambda dice: f"/inbox?q={words[dice.randrange(20)]}&exactly=yes",
        "search, rare word": search("ocelot"),
        "search, absent word": search("zzyzx"),
        "search, typo": lambda dice: "/inbox?q=ocellot",
        "search, phrase": search("%22black+screen%22"),
        "search, filters": lambda dice: (
            f"/inbox?q=impact:urgent+district:%22District+{dice.randrange(40)}%22+screen"
        ),
        "filters alone": lambda dice: (
            f"/inbox?q=district:%22District+{dice.randrange(40)}%22+created:<2w"
        ),
    }


def measure(tickets: int, rounds: int, clients: list[int]) -> dict[str, Any]:
    """Fill a desk, and ask it for everything."""
    from django.test import Client

    from deskbell.cli.family import set_apart_what_stays
    from deskbell.people.models import Agent
    from deskbell.tickets.finding.spelling import learn_all

    began = time.perf_counter()
    fill(tickets)
    learn_all()
    set_apart_what_stays()  # as a web process does
    found: dict[str, Any] = {"seconds to load": round(time.perf_counter() - began), "failed": 0}
    person = Agent.objects.order_by("pk").first().person  # type: ignore[union-attr]
    browsers = [Client(SERVER_NAME="localhost") for _ in range(max(clients))]
    for browser in browsers:
        browser.force_login(person)
    for name, ask in requests(tickets).items():
        _asked(browsers[0], ask(random.Random(0)))
        found[name] = {}
        for many in clients:
            times, failed = _times(browsers[:many], ask, rounds)
            found["failed"] += failed
            found[name][str(many)] = _figures(times)
    for path in ("/inbox", f"/tickets/{tickets}"):
        page = browsers[0].get(path).content
        found[f"KB of {path}"] = round(len(gzip.compress(page)) / 1024, 1)
    return found


def _times(browsers: list[Any], ask: Ask, rounds: int) -> tuple[list[float], int]:
    def work(at: int) -> list[tuple[float, bool]]:
        from django.db import connection

        dice = random.Random(at)
        try:
            return [_asked(browsers[at], ask(dice)) for _ in range(max(rounds // len(browsers), 1))]
        finally:
            if len(browsers) > 1:
                connection.close()

    with ThreadPoolExecutor(len(browsers)) as pool:
        done = list(pool.map(work, range(len(browsers)))) if browsers[1:] else [work(0)]
    told = [each for part in done for each in part]
    return [seconds for seconds, _ in told], sum(not good for _, good in told)


def _asked(browser: Any, path: str) -> tuple[float, bool]:
    began = time.perf_counter()
    answer = browser.get(path)
    return time.perf_counter() - began, answer.status_code == 200


def _figures(times: list[float]) -> dict[str, float]:
    last = statistics.quantiles(times, n=100)[98] if times[1:] else times[0]
    return {"p50": round(1000 * statistics.median(times), 1), "p99": round(1000 * last, 1)}


def table(found: dict[int, dict[str, Any]]) -> str:
    """The figures as Markdown: p50 / p99 in ms."""
    sizes = list(found)
    names = list(found[sizes[0]])
    head = [f"{size:,} tickets" for size in sizes]
    lines = ["| ms, p50 / p99 | " + " | ".join(head) + " |", "|---" * (len(sizes) + 1) + "|"]
    for name in names:
        cells = [_cell(found[size].get(name, "")) for size in sizes]
        lines.append(
            f"| {name.replace(f'/tickets/{sizes[0]}', 'a ticket')} | " + " | ".join(cells) + " |"
        )
    return "\n".join(lines)


def _cell(figure: Any) -> str:
    if not isinstance(figure, dict):
        return str(figure)
    each = (f"{part['p50']} / {part['p99']} ({many})" for many, part in figure.items())
    return ", ".join(each)


if __name__ == "__main__":
    main()
