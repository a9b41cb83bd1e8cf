"""One emergency in the middle of a storm of pages that leave the desk by a slow provider.

    .venv/bin/python -m bench.alerts.storm [--queued 10000] [--people 50] [--times 10] [--seconds 1] [--json]

The worker is the real one in a process of its own; the provider is a real HTTP server that takes a second
for each message. Ten thousand pages wait for fifty people, so all hands of the sender are busy while an
Urgent alert comes in.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.scratch import scratch_desk, wait_until

PATIENCE = 600  # seconds
FILL = """
INSERT INTO oncall_page (call_id, agent_id, way, method_id, step, state, created_at, due_at, attempts, said,
    is_first)
SELECT %s, m.agent_id, 'ntfy', m.id, n, 'queued', now(), now(), 0, '', false
FROM oncall_method m, generate_series(1, %s) n
"""


def main() -> None:
    """Run it and print a table, or JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--queued", type=int, default=10_000)
    options.add_argument("--people", type=int, default=50)
    options.add_argument("--times", type=int, default=10)
    options.add_argument("--seconds", type=float, default=1.0)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with scratch_desk():
        found = measure(chosen.queued, chosen.people, chosen.times, chosen.seconds)
    print(json.dumps(found, indent=2) if chosen.json else table(found))


def measure(queued: int, people: int, times: int, seconds: float) -> dict[str, Any]:
    from django.db import connection

    from deskbell.oncall.models import Page
    from deskbell.oncall.tests.http_provider import HttpSender, Provider, say
    from deskbell.oncall.ways.remote import REMOTE
    from deskbell.people.models import Agent
    from deskbell.people.teams import add_agent

    def slow(handler: Any, told: dict[str, Any]) -> None:
        came.setdefault(told["title"].partition(" (#")[0], time.perf_counter())
        time.sleep(seconds)
        say(handler, 200)

    came: dict[str, float] = {}
    REMOTE["ntfy"] = HttpSender()
    with Provider() as provider:
        provider.always = slow
        on_call = add_agent("ada@desk.example", "Ada Abara", role=Agent.Role.ADMINISTRATOR)
        others = [add_agent(f"a{n}@desk.example", f"Agent {n}") for n in range(people)]
        waiting = _storm(on_call, others, provider, queued // people)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        worker = subprocess.Popen(
            [sys.executable, "-m", "bench.alerts.storm_worker"], env=os.environ
        )
        try:
            wait_until(lambda: len(provider.got) > 5, "the worker to begin", PATIENCE)
            took = sorted(_handed_over(number, came) for number in range(times))
            left = Page.objects.filter(state="queued").count()
            unsent = Page.objects.exclude(state__in=["sent", "bundled"])
            wait_until(lambda: not unsent.exists(), "the whole storm", PATIENCE)
        finally:
            worker.terminate()
            worker.wait(timeout=30)
    told = Page.objects.filter(state__in=["sent", "bundled"])
    return {
        "queued": waiting,
        "messages": len(provider.got),
        "still_waiting_after_the_last": left,
        "handed_over_ms": {"p50": took[len(took) // 2], "worst": took[-1]},
        "lost": waiting + times - told.count(),
    }


def _storm(on_call: Any, others: list[Any], provider: Any, each: int) -> int:
    """Pages of one call that rings for hours, `each` for every person."""
    from django.db import connection

    from deskbell.oncall.models import Call, Page
    from deskbell.oncall.tests.http_provider import add_method
    from deskbell.tickets.opening import open_by_desk

    for agent in others:
        add_method(agent, provider)
    ticket = open_by_desk("Everything is down", "Down")
    now = datetime.now(UTC)
    call = Call.objects.create(ticket=ticket, reason="Storm", next_at=now + timedelta(hours=9))
    with connection.cursor() as cursor:
        cursor.execute(FILL, [call.pk, each])
    add_method(on_call, provider)
    return Page.objects.count()


def _handed_over(number: int, came: dict[str, float]) -> float:
    """Milliseconds from when an Urgent alert was stored until the provider was told of it."""
    from deskbell.monitoring import alerts
    from deskbell.monitoring.intake.normal import Reported
    from deskbell.monitoring.models import Body
    from deskbell.monitoring.sources import ensure_default_source

    now = datetime.now(UTC)
    body = Body.objects.create(
        source=ensure_default_source(), content=b"", sha256="", size=0, state=Body.State.TAKEN
    )
    title = f"Down {number}"
    alerts.take(Reported(str(number), title, "", "critical", {}, now, None), body)
    began = time.perf_counter()
    wait_until(lambda: f"[Urgent] {title}" in came, "a page", PATIENCE)
    return round((came[f"[Urgent] {title}"] - began) * 1000, 1)


def table(found: dict[str, Any]) -> str:
    """The figures in Markdown."""
    handed = found["handed_over_ms"]
    rows = [
        ("pages that wait", f"{found['queued']:,}"),
        ("an Urgent page handed over: p50, worst", f"{handed['p50']} ms, {handed['worst']} ms"),
        ("pages that still waited then", f"{found['still_waiting_after_the_last']:,}"),
        ("messages in all", f"{found['messages']:,}"),
        ("lost", f"{found['lost']}"),
    ]
    return "\n".join(["| measure | figure |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)])


if __name__ == "__main__":
    main()
