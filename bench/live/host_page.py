"""What the bubble costs the page that embeds it: Lighthouse's figures of one page without it and with it.

    npm install --prefix /tmp/lighthouse lighthouse
    .venv/bin/python -m bench.live.host_page [--npm /tmp/lighthouse] [--rounds 5]

A portal of its own, on another origin and with a strict Content-Security-Policy, is served over loopback,
and looked at on a phone as Lighthouse imagines one (a slow line, a slowed processor), in turns without and
with the bubble; the medians stand side by side. Exits with 1 if a score is lower with it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from bench.help.lighthouse import CATEGORIES, judged
from bench.live.streams import Web
from bench.scratch import free_port, scratch_desk
from tests.journeys.host_page import HostPage, host_page

METRICS = {
    "first-contentful-paint": "first paint, ms",
    "largest-contentful-paint": "largest paint, ms",
    "total-blocking-time": "blocked, ms",
    "cumulative-layout-shift": "layout shift",
    "total-byte-weight": "bytes",
}
Figures = dict[str, float]


def main() -> None:
    """Run it and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--npm", type=Path, default=Path("/tmp/lighthouse"))
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with scratch_desk():
        os.environ["DESKBELL_HTTP_PORT"] = port = str(free_port())
        desk = os.environ["DESKBELL_URL"] = f"http://127.0.0.1:{port}"
        web = Web()
        try:
            with host_page(desk) as page:
                _allow(page)
                _wait_for(f"{desk}/bubble.js")
                without, with_it = compared(page, asked)
        finally:
            web.stop()
    names = [*CATEGORIES, *METRICS]
    print("| | without the bubble | with it |\n|---|---:|---:|")
    for name in names:
        print(f"| {METRICS.get(name, name)} | {without[name]:g} | {with_it[name]:g} |")
    sys.exit(any(with_it[name] < without[name] for name in CATEGORIES))


def compared(page: HostPage, asked: argparse.Namespace) -> tuple[Figures, Figures]:
    """The medians without and with the bubble; the rounds take turns, so that a busy moment hits both."""
    program = asked.npm / "node_modules" / ".bin" / "lighthouse"
    found: dict[bool, list[Figures]] = {False: [], True: []}
    for number in range(asked.rounds):
        for page.embeds in (False, True):
            found[page.embeds].append(_figures(judged(program, f"{page.url}/?round={number}")))
    return _medians(found[False]), _medians(found[True])


def _figures(report: dict[str, Any]) -> Figures:
    scores = {each: round((report["categories"][each]["score"] or 0) * 100) for each in CATEGORIES}
    measured = {each: round(report["audits"][each]["numericValue"], 3) for each in METRICS}
    return {**scores, **measured}


def _medians(rounds: list[Figures]) -> Figures:
    return {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}


def _allow(page: HostPage) -> None:
    from deskbell.chat.sites.editing import save

    save({"name": "Portal", "origins": page.url})


def _wait_for(address: str) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            if time.monotonic() > end:
                raise SystemExit("The web process does not answer.") from None
            time.sleep(0.2)


if __name__ == "__main__":
    main()
