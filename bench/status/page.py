"""The status page in a flash crowd, beside nginx serving the same bytes; and how soon news are on it.

    .venv/bin/python -m bench.status.page [--connections 256] [--seconds 8] [--rounds 3] [--json]

Needs `nginx` and `wrk` (Debian's nginx-light and wrk). Each server has one worker process (`deskbell
status` on the page's own port, `deskbell web` on the desk's, nginx) and serves the compressed file that lies
ready; the load comes from one thread of wrk on the same machine, by turns. nginx reads each file anew, as
Debian sets it up. Without the two programs, `--alone` measures the news only.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.scratch import free_port, scratch_desk, wait_until

COMPONENTS, INCIDENTS = 20, 3
NGINX = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 8192; }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    sendfile on; tcp_nopush on;
    keepalive_requests 1000000;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{
        listen 127.0.0.1:{port} backlog=8192;
        location = /status {{
            gzip_static on;
            add_header Cache-Control "public, max-age=5";
            default_type text/html;
            alias {page};
        }}
    }}
}}
"""


def main() -> None:
    """Run it and print a table, or JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--connections", type=int, default=256)
    options.add_argument("--seconds", type=int, default=8)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--times", type=int, default=10, help="how often something is published")
    options.add_argument("--alone", action="store_true")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    os.environ["DESKBELL_HTTP_PORT"] = str(free_port())
    os.environ["DESKBELL_STATUS_PORT"] = str(free_port())
    with scratch_desk(), _running("web"), _running("status"), _running("worker"):
        found = measure(chosen)
    print(json.dumps(found, indent=2) if chosen.json else table(found))


def measure(chosen: argparse.Namespace) -> dict[str, Any]:
    from django.conf import settings

    _fill()
    ours = f"http://127.0.0.1:{os.environ['DESKBELL_STATUS_PORT']}/status"
    wait_until(lambda: b"Part 19" in _read(ours), "the first page")
    found: dict[str, Any] = {"components": COMPONENTS}
    if not chosen.alone:
        time.sleep(2)  # the rest of the pages is written, so that the worker rests
        at_the_desk = f"{settings.DESK_URL}/status"
        found |= _crowd(ours, at_the_desk, settings.STATUS_FOLDER / "index.html", chosen)
    took = sorted(_until_changed(ours, number) for number in range(chosen.times))
    return found | {"changed_ms": {"p50": took[len(took) // 2], "worst": took[-1]}, "lost": 0}


def _crowd(ours: str, at_the_desk: str, page: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    """Requests a second of the page's own port, of the desk's and of nginx, by turns."""
    with tempfile.TemporaryDirectory(prefix="deskbell-bench-nginx-") as folder:
        port = free_port()
        Path(folder, "status.html").write_bytes(page.read_bytes())
        Path(folder, "status.html.gz").write_bytes(Path(f"{page}.gz").read_bytes())
        Path(folder).chmod(0o755)
        told = NGINX.format(folder=folder, port=port, page=f"{folder}/status.html")
        Path(folder, "nginx.conf").write_text(told)
        theirs = f"http://127.0.0.1:{port}/status"
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        nginx = subprocess.Popen([program, "-p", folder, "-c", f"{folder}/nginx.conf"])
        try:
            wait_until(lambda: _read(theirs), "nginx")
            assert _read(theirs) == _read(ours) == _read(at_the_desk), "not the same bytes"
            urls = (ours, at_the_desk, theirs)
            rounds = [[_wrk(url, chosen) for url in urls] for _ in range(chosen.rounds)]
        finally:
            nginx.terminate()
            nginx.wait(timeout=30)
    own, desk, peer = (median(each[0] for each in side) for side in zip(*rounds, strict=True))
    return {
        "bytes": len(page.read_bytes()),
        "bytes_compressed": len(Path(f"{page}.gz").read_bytes()),
        "connections": chosen.connections,
        "requests_per_second": round(own),
        "desk_requests_per_second": round(desk),
        "nginx_requests_per_second": round(peer),
        "ratio": round(own / peer, 2),
        "desk_ratio": round(desk / peer, 2),
        "failed": sum(each[1] for row in rounds for each in row),
        "p99_ms": [median(each[2] for each in side) for side in zip(*rounds, strict=True)],
    }


def _wrk(url: str, chosen: argparse.Namespace) -> tuple[float, int, float]:
    """Requests a second, how many failed, and the slowest hundredth in milliseconds."""
    crowd = [
        "-t1",
        f"-c{chosen.connections}",
        f"-d{chosen.seconds}s",
        "--latency",
        "--timeout",
        "10s",
    ]
    command = ["wrk", *crowd, "-H", "Accept-Encoding: gzip", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    slow = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    assert rate and slow, said
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    lost = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    failed = int(wrong[1]) if wrong else 0
    failed += sum(map(int, lost.groups())) if lost else 0
    factor = {"us": 0.001, "ms": 1.0, "s": 1000.0}[slow[2]]
    return float(rate[1]), failed, round(float(slow[1]) * factor, 1)


def _until_changed(url: str, number: int) -> float:
    """Milliseconds from "publish" until the page says it."""
    from deskbell.incidents.models import Incident
    from deskbell.incidents.updating import Draft, publish
    from deskbell.people.models import Agent

    time.sleep(1)  # what the last one caused is done
    incident, by = Incident.objects.open().get(), Agent.objects.get()
    text = f"News number {number}."
    began = time.perf_counter()
    publish(incident, Draft(key=f"news-{number}", phase="identified", text=text), by=by)
    wait_until(lambda: text.encode() in _read(url), text)
    return round((time.perf_counter() - began) * 1000, 1)


def _fill() -> None:
    """Components with 90 days behind them, incidents that are over, and one that goes on."""
    from deskbell.incidents.declaring import declare
    from deskbell.incidents.models import Severity
    from deskbell.incidents.updating import Draft, publish
    from deskbell.lib import clock
    from deskbell.lib.clock import moved_to
    from deskbell.monitoring.models import Component, ComponentChange, Service
    from deskbell.people.teams import add_agent

    by, now = add_agent("ada@desk.example", "Ada Abara"), clock.now()
    services = [Service.objects.create(name=f"Service {each}", place=each) for each in range(4)]
    with moved_to(now - timedelta(days=120)):
        made = [
            Component.objects.create(
                name=f"Part {each}",
                key=f"part-{each}",
                service=services[each % 4],
                state="operational",
            )
            for each in range(COMPONENTS)
        ]
    for place, component in enumerate(made):
        rows = [
            ComponentChange(
                component=component, state=state, at=now - timedelta(days=day, minutes=minutes)
            )
            for day in range(3 + place, 100, 7)
            for state, minutes in (("degraded", 40), ("operational", 0))
        ]
        ComponentChange.objects.bulk_create(rows)
    for each in range(INCIDENTS):
        with moved_to(now - timedelta(days=10 * (INCIDENTS - each) - 9)):
            incident = declare(
                f"Trouble {each}",
                severity=Severity.MAJOR,
                by=by,
                components={made[each]: "degraded"},
            )
            publish(incident, Draft(key=f"a{each}", phase="investigating", text="We look."), by=by)
            if each < INCIDENTS - 1:
                publish(incident, Draft(key=f"b{each}", phase="resolved", text="Well."), by=by)


def _read(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            content: bytes = answer.read()
            is_packed = answer.headers.get("Content-Encoding") == "gzip"
            return gzip.decompress(content) if is_packed else content
    except (urllib.error.URLError, ConnectionError):
        return b""


@contextmanager
def _running(part: str) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "deskbell", part], env=os.environ, stdout=sys.stderr
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def table(found: dict[str, Any]) -> str:
    """The figures in Markdown."""
    changed = found["changed_ms"]
    rows = [
        (
            "from “publish” to the changed page: p50, worst",
            f"{changed['p50']} ms, {changed['worst']} ms",
        )
    ]
    if "ratio" in found:
        packed, connections = found["bytes_compressed"], found["connections"]
        rows = [
            (
                f"requests a second, {packed:,} bytes to {connections} connections",
                f"{found['requests_per_second']:,}",
            ),
            ("the port of the desk", f"{found['desk_requests_per_second']:,}"),
            ("nginx, the same bytes", f"{found['nginx_requests_per_second']:,}"),
            ("ratios: own port, the desk's", f"{found['ratio']}, {found['desk_ratio']}"),
            ("the slowest hundredth, of the three", "{} ms, {} ms, {} ms".format(*found["p99_ms"])),
            ("failed", f"{found['failed']}"),
            *rows,
        ]
    return "\n".join(["| measure | figure |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)])


if __name__ == "__main__":
    main()
