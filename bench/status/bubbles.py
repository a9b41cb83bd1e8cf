"""One update to thousands of open bubbles: the seconds from “Publish” until the last of them shows it.

    .venv/bin/python -m bench.status.bubbles [--bubbles 10000] [--rounds 3] [--json]

Each bubble is an open stream of a real `deskbell web`, held by this process; all of them are told by one
row. About a minute on two cores; it needs two open files for each bubble (`ulimit -n`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from typing import Any
from urllib.parse import quote

from bench.scratch import free_port, scratch_desk

AT_ONCE = 200  # connections that are being opened
PATIENCE = 60  # seconds


def main() -> None:
    """Run it and print a table, or JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--bubbles", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, allowed))
    with scratch_desk():
        found = measure(chosen.bubbles, chosen.rounds)
    print(json.dumps(found, indent=2) if chosen.json else table(found))


def measure(bubbles: int, rounds: int) -> dict[str, Any]:
    from deskbell.messenger.trouble import topics_of
    from deskbell.realtime.topics import sign

    os.environ["DESKBELL_HTTP_PORT"] = str(port := free_port())
    web = subprocess.Popen(
        [sys.executable, "-m", "deskbell", "web"], env=os.environ, stdout=sys.stderr
    )
    try:
        told = asyncio.run(_listen(port, sign(topics_of(None)), bubbles, rounds))
        memory = _memory(web.pid)
    finally:
        web.terminate()
        web.wait(timeout=30)
    return {
        "bubbles": bubbles,
        "seconds": [round(max(each), 2) for each in told],
        "median_seconds": [round(sorted(each)[len(each) // 2], 2) for each in told],
        "lost": sum(bubbles - len(each) for each in told),
        "web_mb": memory,
    }


async def _listen(port: int, token: str, bubbles: int, rounds: int) -> list[list[float]]:
    """Hold the streams and publish; of each round, when each bubble had the update."""
    incident = await asyncio.to_thread(_declared)
    path = f"/live?topics={quote(token)}"
    await _ready(port, path)
    gate = asyncio.Semaphore(AT_ONCE)
    streams = await asyncio.gather(*(_open(port, path, gate) for _ in range(bubbles)))
    told = []
    for number in range(rounds):
        mark = f"round {number} of the bench"
        heard = [asyncio.ensure_future(_hear(reader, mark.encode())) for reader, _ in streams]
        began = await asyncio.to_thread(_publish, incident, mark)
        done, late = await asyncio.wait(heard, timeout=PATIENCE)
        for each in late:
            each.cancel()
        told.append([each.result() - began for each in done])
    for _, writer in streams:
        writer.close()
    return told


async def _ready(port: int, path: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            _, writer = await _open(port, path, asyncio.Semaphore(1))
            writer.close()
            return
        except (OSError, asyncio.IncompleteReadError, ValueError):
            if time.monotonic() > end:
                raise SystemExit("The web process does not answer.") from None
            await asyncio.sleep(0.2)


async def _open(
    port: int, path: str, gate: asyncio.Semaphore
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    async with gate:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise ValueError(head.decode())
    return reader, writer


async def _hear(reader: asyncio.StreamReader, mark: bytes) -> float:
    """When the words came; what comes before them is of an older round."""
    await reader.readuntil(mark)
    return time.perf_counter()


def _declared() -> Any:
    from deskbell.incidents.declaring import declare
    from deskbell.incidents.models import Severity
    from deskbell.people.models import Agent
    from deskbell.people.teams import add_agent

    ada = add_agent("ada@desk.example", "Ada Abara", role=Agent.Role.ADMINISTRATOR)
    return declare("Applications don’t start", severity=Severity.CRITICAL, by=ada)


def _publish(incident: Any, words: str) -> float:
    from deskbell.incidents.updating import Draft, publish

    began = time.perf_counter()
    publish(incident, Draft(words, "identified", words), by=incident.declared_by)
    return began


def _memory(pid: int) -> int:
    """What the web process and its workers hold, in MB."""
    import psutil

    main = psutil.Process(pid)
    held = sum(each.memory_info().rss for each in [main, *main.children(recursive=True)])
    return round(held / 2**20)


def table(found: dict[str, Any]) -> str:
    """The figures in Markdown."""
    each = ", ".join(
        f"{median} s, {last} s"
        for median, last in zip(found["median_seconds"], found["seconds"], strict=True)
    )
    rows = [
        (f"an update to {found['bubbles']:,} open bubbles: median, last, each round", each),
        ("lost", f"{found['lost']}"),
        ("memory of the web process with all of them", f"{found['web_mb']} MB"),
    ]
    return "\n".join(["| measure | figure |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)])


if __name__ == "__main__":
    main()
