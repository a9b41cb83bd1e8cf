"""HTTP checks a second on one core, each verdict and timing stored; beside Prometheus' blackbox exporter.

    apt install nginx-light wrk prometheus-blackbox-exporter
    .venv/bin/python -m bench.alerts.checks [--checks 20000] [--seconds 10] [--rounds 3] [--alone] [--json]

One nginx, on the second core, is asked by both in turn, round by round. `deskbell checks` runs on the
first core alone; its PostgreSQL shares the second with nginx. The exporter runs on the first core alone
(GOMAXPROCS=1) and is driven by wrk from the second; it stores nothing, since in its world Prometheus does.
All answers are checked: no verdict but “200, 7 bytes”, `probe_success 1` in every probe, and nginx's own
count of requests. Without wrk or the exporter, or `--alone`, only our own figure is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.scratch import free_port, scratch_desk, wait_until

CONNECTIONS = 64  # of wrk; more of them make the exporter no faster
EXPORTER = "prometheus-blackbox-exporter"
NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 8192; }}
http {{
    log_format short "$status"; access_log {folder}/access.log short buffer=64k flush=1s;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{ listen 127.0.0.1:{port} backlog=4096; location / {{ return 200 "Welcome"; }} }}
}}
"""
MODULE = """
modules:
  http_2xx:
    prober: http
    timeout: 5s
    http: {preferred_ip_protocol: ip4}
"""
SCRIPT = """
local good, bad = 0, 0
function response(status, headers, body)
  if status == 200 and string.find(body, "probe_success 1", 1, true) then good = good + 1
  else bad = bad + 1 end
end
local threads = {}
function setup(thread) table.insert(threads, thread) end
function done(summary)
  local g, b = 0, 0
  for _, thread in ipairs(threads) do g = g + thread:get("good"); b = b + thread:get("bad") end
  io.write(string.format("good %d bad %d us %d\\n", g, b, summary.duration))
end
""".replace("local good, bad = 0, 0", "good, bad = 0, 0")
PYTHON_SERVER = """
import asyncio, sys
async def serve(r, w):
    try:
        await r.readuntil(b"\\r\\n\\r\\n")
        w.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 7\\r\\nConnection: close\\r\\n\\r\\nWelcome")
        await w.drain()
    except (OSError, asyncio.IncompleteReadError): pass  # who asked has left: the next one is served
    w.close()
async def main():
    async with await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), backlog=4096) as s:
        await s.serve_forever()
asyncio.run(main())
"""


def main() -> None:
    """Run it and print a table, or JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--checks", type=int, default=20_000)
    options.add_argument("--seconds", type=int, default=10)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--alone", action="store_true", help="without the exporter")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-checks-") as name, scratch_desk():
        found = measure(Path(name), chosen)
    print(json.dumps(found, indent=2) if chosen.json else table(found))


def measure(folder: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    checks, seconds, rounds = chosen.checks, chosen.seconds, chosen.rounds
    beside = not chosen.alone and shutil.which(EXPORTER) and shutil.which("wrk")
    ours, theirs, asked, failed = [], [], 0, 0
    with pinned(_server(folder, port := free_port()), core=-1):
        _ready(f"http://127.0.0.1:{port}/")
        for _ in range(rounds):
            count, wrong, took = _ours(port, checks, seconds)
            asked, failed = asked + count, failed + wrong
            ours.append(count / took)
            if beside:
                theirs.append(_theirs(folder, port, seconds))
        seen = _seen(folder)
    if seen is not None and not theirs and seen < asked:
        raise SystemExit(f"{asked} verdicts were stored, and the server was asked {seen} times.")
    return {
        "asked": asked,
        "failed": failed,
        "ours_per_second": round(statistics.median(ours)),
        "exporter_per_second": round(statistics.median(theirs)) if theirs else None,
        "share": round(statistics.median(ours) / statistics.median(theirs), 2) if theirs else None,
        "rounds": [[round(a) for a in ours], [round(b) for b in theirs]],
    }


def _ours(port: int, count: int, seconds: int) -> tuple[int, int, float]:
    """All are due at one instant: how many verdicts lie in the tables after so many seconds."""
    from django.db.models import Sum

    from deskbell.lib import clock
    from deskbell.monitoring.checks.kinds import KINDS
    from deskbell.monitoring.models import Check, Timing
    from deskbell.monitoring.watched import make_component
    from deskbell.realtime.models import Beat

    Check.objects.all().delete()
    Beat.objects.all().delete()
    asks = KINDS["http"].read({"url": f"http://127.0.0.1:{port}/"})[0]
    component, later = make_component("Bench"), clock.now() + timedelta(hours=1)
    Check.objects.bulk_create(
        (
            Check(
                component=component, name=f"Check {number}", kind="http", asks=asks, state="up",
                every=86400, next_at=later,
            )
            for number in range(count)
        ),
        batch_size=2000,
    )  # fmt: skip
    with pinned([sys.executable, "-m", "deskbell", "checks"], core=0):
        wait_until(lambda: Beat.objects.filter(name="checks").exists(), "the checks to begin")
        began = time.perf_counter()
        Check.objects.update(next_at=clock.now())
        stored = 0
        while stored < count and time.perf_counter() - began < seconds:
            time.sleep(0.2)
            stored = Timing.objects.aggregate(n=Sum("verdicts"))["n"] or 0
        took = time.perf_counter() - began
    wrong = Timing.objects.aggregate(n=Sum("failures"))["n"] or 0
    odd = Check.objects.exclude(last_at=None).exclude(last_said="200, 7 bytes").count()
    if Timing.objects.filter(total_ms__lte=0).exists() or odd:
        raise SystemExit("A verdict was stored that no answer of the server gives.")
    return stored, wrong, took


def _theirs(folder: Path, port: int, seconds: int) -> float:
    """Probes a second, each with `probe_success 1`."""
    (folder / "blackbox.yml").write_text(MODULE)
    (folder / "probe.lua").write_text(SCRIPT)
    door = free_port()
    started = [
        EXPORTER,
        f"--config.file={folder}/blackbox.yml",
        f"--web.listen-address=127.0.0.1:{door}",
        "--log.level=error",
    ]
    address = f"http://127.0.0.1:{door}/probe?module=http_2xx&target=http://127.0.0.1:{port}/"
    with pinned(started, core=0, GOMAXPROCS="1"):
        _ready(address)
        words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", f"{folder}/probe.lua"]
        told = subprocess.run(
            _on(-1, [*words, address]), capture_output=True, text=True, check=True
        ).stdout
    found = re.search(r"good (\d+) bad (\d+) us (\d+)", told)
    if found is None or int(found[2]):
        raise SystemExit(f"The exporter was not driven as it should be:\n{told}")
    return int(found[1]) / (int(found[3]) / 1e6)


def _server(folder: Path, port: int) -> list[str]:
    if not shutil.which("nginx"):
        return [sys.executable, "-c", PYTHON_SERVER, str(port)]
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
    return ["nginx", "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"]


def _seen(folder: Path) -> int | None:
    """How often the server says that it was asked, if it is one that says so."""
    log = folder / "access.log"
    if not log.exists():
        return None
    time.sleep(1.5)  # it writes once a second
    with log.open() as lines:
        return sum(1 for line in lines if line.strip() == "200")


@contextmanager
def pinned(words: list[str], *, core: int, **variables: str) -> Iterator[None]:
    """A process on one core: the first (0), or the last (-1)."""
    started = subprocess.Popen(_on(core, words), env=os.environ | variables)
    try:
        yield
    finally:
        started.terminate()
        started.wait(30)


def _on(core: int, words: list[str]) -> list[str]:
    cores = sorted(os.sched_getaffinity(0))
    return ["taskset", "-c", str(cores[core]), *words]


def _ready(address: str) -> None:
    def answers() -> bool:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    wait_until(answers, "an answer")


def table(found: dict[str, Any]) -> str:
    rows = [
        ("HTTP checks a second on one core, verdict and timing stored", found["ours_per_second"]),
        ("blackbox exporter, probes a second on one core", found["exporter_per_second"] or "–"),
        ("ours of theirs", found["share"] or "–"),
        ("failed", found["failed"]),
        ("rounds, ours and theirs", found["rounds"]),
    ]
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


if __name__ == "__main__":
    main()
