"""The benches run, in small: a figure is worth its command only as long as that works."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.house.rooms import ROOT


@pytest.mark.parametrize(
    ("bench", "options", "figure"),
    [
        ("bench.sla.timers", ["--clocks", "200", "--due", "40"], {"lost": 0, "twice": 0}),
        ("bench.sla.whatif", ["--tickets", "60"], {"tickets": 60}),
        ("bench.alerts.intake", ["--rate", "40", "--seconds", "1"], {"sent": 40, "lost": 0}),
        ("bench.status.page", ["--alone", "--times", "1"], {"components": 20, "lost": 0}),
        (
            "bench.alerts.checks",
            ["--checks", "60", "--seconds", "30", "--rounds", "1", "--alone"],
            {"asked": 60, "failed": 0},
        ),
        (
            "bench.status.updates",
            ["--tickets", "20", "--rounds", "1"],
            {"tickets": 20, "lost": 0},
        ),
        (
            "bench.status.bubbles",
            ["--bubbles", "40", "--rounds", "1"],
            {"bubbles": 40, "lost": 0},
        ),
        (
            "bench.live.streams",
            ["--streams", "0,20", "--seconds", "1", "--rate", "5", "--storm", "20"],
            {"rate": 5, "lost": 0, "missed": 0},
        ),
        ("bench.alerts.paging", ["--queued", "60", "--times", "1"], {"queued": 60, "lost": 0}),
        (
            "bench.inbox.lists",
            ["--tickets", "200", "--rounds", "2", "--clients", "1"],
            {"failed": 0},
        ),
        ("bench.help.reading", ["--articles", "40", "--times", "3"], {"articles": 40}),
        ("bench.status.news", ["--readers", "60"], {"queued": 60, "lost": 0, "twice": 0}),
        (
            "bench.alerts.storm",
            ["--queued", "60", "--people", "3", "--times", "1", "--seconds", "0.1"],
            {"queued": 60, "lost": 0},
        ),
    ],
)
def test_a_bench_of_the_clocks_runs_on_a_desk_of_its_own(
    bench: str, options: list[str], figure: dict[str, int]
) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("D")}
    run = subprocess.run(
        [sys.executable, "-m", bench, *options, "--json"], cwd=ROOT, env=own, capture_output=True
    )
    assert run.returncode == 0, run.stderr.decode()
    found = json.loads(run.stdout)
    assert found.items() >= figure.items()
