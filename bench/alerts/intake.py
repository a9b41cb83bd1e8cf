"""Alerts in a storm: 500 bodies a second, each durable, and one Urgent of another source in the middle.

    .venv/bin/python -m bench.alerts.intake [--rate 500] [--seconds 20] [--json]

The web process and the worker are real ones, in processes of their own; the load comes from this one
and shares their cores. Afterwards the bodies are counted in the database. `most` is what the door
takes without a pause between two bodies. Its peer in the same run is pgbench on the same server, with as many
connections: the same row in a transaction of its own each time, which is what storing costs at least.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from typing import Any

from bench.scratch import scratch_desk

PATIENCE = 300  # seconds
CONNECTIONS = 64
HOSTS = 50  # that fall over in turn, and go on being down


def main() -> None:
    """Run it and print a table, or JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rate", type=int, default=500)
    options.add_argument("--seconds", type=int, default=20)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with socket.create_server(("127.0.0.1", 0)) as free:
        os.environ["DESKBELL_HTTP_PORT"] = str(free.getsockname()[1])
    with scratch_desk() as url:
        found = measure(chosen.rate, chosen.seconds)
        found["pgbench_per_second"] = round(pgbench(url, min(chosen.seconds, 10)))
    found["ratio"] = round(found["most_per_second"] / found["pgbench_per_second"], 2)
    print(json.dumps(found, indent=2) if chosen.json else table(found))


def measure(rate: int, seconds: int) -> dict[str, Any]:
    from deskbell.monitoring.models import Body, Source
    from deskbell.monitoring.sources import address
    from deskbell.people.models import Agent
    from deskbell.people.teams import add_agent

    add_agent("ada@desk.example", "Ada Abara", role=Agent.Role.ADMINISTRATOR)
    storm = Source.objects.create(name="Storm", kind="alertmanager", token="storm", impact="normal")
    urgent = Source.objects.create(name="Urgent", kind="kuma", token="urgent")
    parts = [
        subprocess.Popen([sys.executable, "-m", "deskbell", part], env=os.environ)
        for part in ("web", "worker")
    ]
    try:
        asyncio.run(_ready(address(storm)))
        sent, waits = asyncio.run(_storm(address(storm), address(urgent), rate, seconds))
        page = _page_of(urgent)
        backlog = Body.objects.filter(state="waiting").count()
        most = asyncio.run(_as_fast_as_it_goes(address(storm), rate * 2))
        kept = Body.objects.filter(source=storm).count()
    finally:
        for part in parts:
            part.terminate()
            part.wait()
    waits.sort()
    return {
        "rate": rate,
        "sent": sent,
        "lost": sent + rate * 2 + 1 - kept,
        "p50_ms": round(waits[len(waits) // 2] * 1000, 1),
        "p99_ms": round(waits[int(len(waits) * 0.99)] * 1000, 1),
        "most_per_second": round(most),
        "urgent_page_after_ms": round(page * 1000),
        "unread_at_the_end": backlog,
    }


def pgbench(url: str, seconds: int) -> float:
    """Rows a second of the size of a body, each in a transaction of its own, by PostgreSQL's own client."""
    from deskbell.monitoring.models import Source
    from deskbell.postgres import binaries

    size = len(json.dumps(_firing(0)).encode())
    source = Source.objects.get(name="Storm").pk
    insert = (
        "INSERT INTO monitoring_body (source_id, content, sha256, size, received_at, state, result,"
        f" headers, is_test) VALUES ({source}, decode(repeat('61', {size}), 'hex'), repeat('0', 64),"
        f" {size}, clock_timestamp(), 'taken', '', '{{}}', false);\n"
    )
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(insert)
        script.flush()
        program = str(binaries.find().path("pgbench"))
        options = ["-n", "-c", str(CONNECTIONS), "-j", "2", "-T", str(seconds), "-f", script.name]
        done = subprocess.run([program, *options, url], capture_output=True, text=True, check=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found, done.stdout
    return float(found[1])


async def _storm(storm: str, urgent: str, rate: int, seconds: int) -> tuple[int, list[float]]:
    waits: list[float] = []
    async with _session() as session:
        began, tasks = time.perf_counter(), []
        for number in range(rate * seconds):
            pause = began + number / rate - time.perf_counter()
            if pause > 0:
                await asyncio.sleep(pause)
            if number == rate * seconds // 2:
                tasks.append(asyncio.create_task(_post(session, urgent, _down(), [])))
            tasks.append(asyncio.create_task(_post(session, storm, _firing(number), waits)))
        await asyncio.gather(*tasks)
    return rate * seconds, waits


async def _as_fast_as_it_goes(url: str, bodies: int) -> float:
    """Bodies a second."""
    async with _session() as session:
        began = time.perf_counter()
        await asyncio.gather(*(_post(session, url, _firing(each), []) for each in range(bodies)))
        return bodies / (time.perf_counter() - began)


async def _post(session: Any, url: str, body: Any, waits: list[float]) -> None:
    began = time.perf_counter()
    async with session.post(url, json=body) as answer:
        await answer.read()
        assert answer.status == 200, answer.status
    waits.append(time.perf_counter() - began)


def _session() -> Any:
    import aiohttp

    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    return aiohttp.ClientSession(connector=connector, trust_env=False)


async def _ready(url: str) -> None:
    import aiohttp

    async with _session() as session:
        until = time.monotonic() + 60
        while True:
            try:
                await _post(session, url, _firing(0), [])
            except (aiohttp.ClientError, AssertionError):
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.2)
            else:
                return


def _page_of(source: Any) -> float:
    """Seconds from the storing of the one Urgent body to the first page that was sent for it."""
    from deskbell.monitoring.models import Body
    from deskbell.oncall.models import Page

    until = time.monotonic() + PATIENCE
    stored = Body.objects.get(source=source).received_at
    while time.monotonic() < until:
        sent = Page.objects.filter(call__alert__source=source, state="sent").order_by("sent_at")
        if first := sent.first():
            assert first.sent_at is not None
            return float((first.sent_at - stored).total_seconds())
        time.sleep(0.2)
    raise SystemExit("The Urgent alert was never paged.")


def _firing(number: int) -> dict[str, Any]:
    host = f"host-{number % HOSTS}"
    return {
        "version": "4",
        "groupKey": "{}:{}",
        "groupLabels": {},
        "alerts": [
            {
                "status": "firing",
                "labels": {"alertname": "Down", "instance": host},
                "annotations": {"summary": f"{host} is down"},
                "startsAt": "2026-11-19T14:00:00Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "fingerprint": host,
            }
        ],
    }


def _down() -> dict[str, Any]:
    heartbeat = {"monitorID": 1, "status": 0, "time": "2026-11-19 14:00:00", "msg": "Down"}
    return {"heartbeat": heartbeat, "monitor": {"id": 1, "name": "Streaming"}, "msg": "Down"}


def table(found: dict[str, Any]) -> str:
    rows = [
        ("bodies a second, for the storm", found["rate"]),
        ("sent", found["sent"]),
        ("lost", found["lost"]),
        ("answered after, p50", f"{found['p50_ms']} ms"),
        ("answered after, p99", f"{found['p99_ms']} ms"),
        ("at most a second", found["most_per_second"]),
        ("pgbench, the same row a transaction each", found["pgbench_per_second"]),
        ("the door for each of pgbench's", found["ratio"]),
        ("the Urgent one: paged after it was stored", f"{found['urgent_page_after_ms']} ms"),
        ("not yet read when it was paged", found["unread_at_the_end"]),
    ]
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


if __name__ == "__main__":
    main()
