"""The bubble under load: how soon words are on the agent's screen beside thousands of open streams.

    .venv/bin/python -m bench.live.streams [--streams 0,1000,10000] [--seconds 20] [--rate 50] [--json]

Everything on one machine: a real `deskbell web` on a desk of its own, and this process, which holds the
streams and writes as visitors do. Each figure is from the first byte of a POST to the event at the other
side, an agent's stream. Then a storm of NOTIFYs of others while the same goes on, and in the end the web
process is stopped and started: all streams come back by themselves, and nothing told meanwhile is lost.

It needs two open files for each stream (`ulimit -n`), and stops by itself: about three minutes with the
usual options. Only addresses on loopback are ever asked.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import re
import resource
import secrets
import subprocess
import sys
import time
from typing import Any

from bench.live.wire import PATIENCE, Client, Stream, open_all
from bench.scratch import free_port, scratch_desk

MARK = re.compile(r"mark-[0-9a-f]{16}")
VISITORS_PER_RATE = 4  # of each message a second: none may write more than 20 a minute
STORM = 2_000  # transactions that each announce something
AWAY = 2.0  # seconds without a web process


def main() -> None:
    """Run it and print a table, or JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--streams", default="0,1000,10000")
    options.add_argument("--seconds", type=float, default=20)
    options.add_argument("--rate", type=int, default=50)
    options.add_argument("--storm", type=int, default=STORM)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, allowed))
    levels = sorted({int(level) for level in chosen.streams.split(",")})
    gc.disable()  # what measures must not pause in between
    with scratch_desk():
        found = measure(levels, chosen.seconds, chosen.rate, chosen.storm)
    print(json.dumps(found, indent=2) if chosen.json else table(found))


def measure(levels: list[int], seconds: float, rate: int, storm: int) -> dict[str, Any]:
    os.environ["DESKBELL_HTTP_PORT"] = str(free_port())
    web = Web()
    try:
        return asyncio.run(_measure(web, levels, seconds, rate, storm))
    finally:
        web.stop()


class Web:
    """The web process, which can be stopped and started."""

    def __init__(self) -> None:
        self.port = int(os.environ["DESKBELL_HTTP_PORT"])
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "deskbell", "web"]
        self.process = subprocess.Popen(command, env=os.environ, stdout=sys.stderr)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)

    def kilobytes(self) -> int:
        """What it and its workers hold for themselves (PSS), in KB."""
        import psutil

        parent = psutil.Process(self.process.pid)
        every = [parent, *parent.children(recursive=True)]
        return sum(each.memory_full_info().pss for each in every) // 1024


async def _measure(
    web: Web, levels: list[int], seconds: float, rate: int, storm: int
) -> dict[str, Any]:
    from deskbell.messenger.trouble import topics_of
    from deskbell.realtime.topics import sign

    await _ready(web.port)
    writers = await _visitors(web.port, max(1, rate * VISITORS_PER_RATE))
    agent = Stream(web.port, await asyncio.to_thread(sign, ["inbox", "chats"]))
    await open_all([agent], MARK)
    idle: list[Stream] = []
    found: dict[str, Any] = {"rate": rate, "seconds": seconds, "levels": []}
    before = web.kilobytes()
    for level in levels:
        token = await asyncio.to_thread(sign, topics_of(None))
        more = [Stream(web.port, token) for _ in range(level - len(idle))]
        opening = await open_all(more)
        idle += more
        held = web.kilobytes() - before
        told = await _write(writers, agent, seconds, rate)
        each = round(held / level, 1) if level else None
        found["levels"].append(
            {"streams": level, "open_seconds": round(opening, 2), "kb_each": each, **told}
        )
    found["storm"] = await _storm(writers, agent, seconds, rate, storm)
    found["back"] = await _restart(web, idle)
    found["missed"] = found["back"]["missed"] + found["back"]["not_back"]
    found["lost"] = sum(each["lost"] for each in [*found["levels"], found["storm"]])
    for stream in (agent, *idle):
        stream.close()
    for client, _ in writers:
        client.close()
    return found


async def _ready(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        client = Client(port, "192.0.2.1")
        try:
            await client.post("/bubble/sessions", {"zone": "UTC"})
            return
        except (OSError, EOFError, ValueError):
            if time.monotonic() > end:
                raise SystemExit("The web process does not answer.") from None
            await asyncio.sleep(0.2)
        finally:
            client.close()


async def _visitors(port: int, many: int) -> list[tuple[Client, str]]:
    """Visitors, each of a network of its own and in a conversation that has begun."""
    made = []
    for number in range(many):
        client = Client(port, f"198.18.{number // 250}.{number % 250 + 1}")
        _, told = await client.post("/bubble/sessions", {"zone": "UTC"})
        said = {"id": secrets.token_hex(8), "text": "My screen is black"}
        await client.post("/bubble/messages", said, told["token"])
        made.append((client, told["token"]))
    return made


async def _write(
    writers: list[tuple[Client, str]], agent: Stream, seconds: float, rate: int
) -> dict[str, Any]:
    """Say something `rate` times a second; how long each took to the agent's stream, in milliseconds."""
    sent: dict[str, float] = {}
    refused = 0

    async def say(client: Client, token: str) -> None:
        nonlocal refused
        mark = f"mark-{secrets.token_hex(8)}"
        began = time.perf_counter()
        status, _ = await client.post("/bubble/messages", {"id": mark, "text": mark}, token)
        if status == 200:
            sent[mark] = began
        else:
            refused += 1

    began, tasks = time.perf_counter(), []
    for number in range(int(seconds * rate)):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        tasks.append(asyncio.create_task(say(*writers[number % len(writers)])))
    await asyncio.gather(*tasks)
    end = time.monotonic() + 10
    while time.monotonic() < end and not sent.keys() <= agent.heard.keys():
        await asyncio.sleep(0.05)
    took = sorted((agent.heard[m] - at) * 1000 for m, at in sent.items() if m in agent.heard)
    return {
        "messages": len(sent),
        "lost": len(sent) - len(took),
        "refused": refused,
        "p50_ms": _share(took, 0.5),
        "p99_ms": _share(took, 0.99),
    }


def _share(took: list[float], share: float) -> float | None:
    return round(took[min(len(took) - 1, int(len(took) * share))], 1) if took else None


async def _storm(
    writers: list[tuple[Client, str]], agent: Stream, seconds: float, rate: int, many: int
) -> dict[str, Any]:
    """The same while others announce as fast as they can, each in a transaction of its own."""
    announcing = asyncio.create_task(asyncio.to_thread(_announce, many))
    told = await _write(writers, agent, seconds, rate)
    return {"notifies": many, "storm_seconds": round(await announcing, 2), **told}


def _announce(many: int) -> float:
    from django.db import connection, transaction

    from deskbell.realtime.publish import publish

    began = time.perf_counter()
    for number in range(many):
        with transaction.atomic():
            publish(f"agent:{number % 50 + 1_000_000}", "notice", "{}")
    connection.close()
    return time.perf_counter() - began


async def _restart(web: Web, streams: list[Stream]) -> dict[str, Any]:
    """Stop the web process, tell something, start it; until all streams are back, and what they missed."""
    mark = f"mark-{secrets.token_hex(8)}"
    await asyncio.to_thread(_tell, "mark-0000000000000000")  # so that each has a cursor
    end = time.monotonic() + 10
    while time.monotonic() < end and not all(stream.last for stream in streams):
        await asyncio.sleep(0.05)
    await asyncio.to_thread(web.stop)
    for stream in streams:
        stream.close()
    await asyncio.to_thread(_tell, mark)
    await asyncio.sleep(AWAY)
    began, gate = time.perf_counter(), asyncio.Semaphore(200)
    web.start()
    back = [asyncio.create_task(stream.reopen(gate, MARK)) for stream in streams]
    done, late = await asyncio.wait(back, timeout=PATIENCE) if back else (set(), set())
    for each in late:
        each.cancel()
    end = time.monotonic() + 20
    while time.monotonic() < end and not all(mark in stream.heard for stream in streams):
        await asyncio.sleep(0.05)
    instants = [each.result() for each in done]
    return {
        "streams": len(streams),
        "seconds": round(max(instants) - began, 2) if instants else 0.0,
        "not_back": len(late),
        "missed": sum(mark not in stream.heard for stream in streams),
    }


def _tell(words: str) -> None:
    """What every idle bubble hears: it stands for news of an incident."""
    from django.db import connection, transaction

    from deskbell.messenger.trouble import EVENT, EVERYONE
    from deskbell.realtime.publish import publish

    with transaction.atomic():
        publish(EVERYONE, EVENT, json.dumps({"number": 1, "text": words}))
    connection.close()


def table(found: dict[str, Any]) -> str:
    """The figures in Markdown."""
    rows = [
        "| open streams | messages | p50 | p99 | lost | memory each |",
        "|---|---|---|---|---|---|",
    ]
    for level in found["levels"]:
        each = f"{level['kb_each']} KB" if level["kb_each"] is not None else "–"
        rows.append(
            f"| {level['streams']:,} | {level['messages']:,} at {found['rate']}/s "
            f"| {level['p50_ms']} ms | {level['p99_ms']} ms | {level['lost']} | {each} |"
        )
    storm, back = found["storm"], found["back"]
    rows += [
        "",
        f"In a storm of {storm['notifies']:,} NOTIFYs within {storm['storm_seconds']} s: "
        f"p50 {storm['p50_ms']} ms, p99 {storm['p99_ms']} ms, lost {storm['lost']}.",
        f"After a restart all {back['streams']:,} streams were back in {back['seconds']} s; "
        f"not back {back['not_back']}, missed {back['missed']}.",
    ]
    return "\n".join(rows)


if __name__ == "__main__":
    main()
