"""What the screen of drills draws: each drill with its last runs as bars of seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from deskbell.lib import clock
from deskbell.oncall.drills import running
from deskbell.oncall.models import Drill, DrillRun

SHOWN = 20
WIDTH, HEIGHT = 1000.0, 100.0


@dataclass(frozen=True)
class Went:
    """One run in words and as a bar. `kind`: met, open (nobody has it yet) or lost (it never came in)."""

    run: DrillRun
    kind: str
    took: timedelta
    rounds: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Shown:
    """A drill, its runs from the newest to the oldest, and the middle one of their times."""

    drill: Drill
    runs: tuple[Went, ...]
    median: timedelta | None


def drills() -> list[Shown]:
    """Every drill by name."""
    return [_shown(drill) for drill in Drill.objects.select_related("made_by").order_by("name")]


def _shown(drill: Drill) -> Shown:
    runs = running.runs_of(drill, SHOWN)
    took = [run.acknowledged_at - run.began_at for run in runs if run.acknowledged_at]
    median = sorted(took)[len(took) // 2] if took else None
    return Shown(drill, tuple(_bars(runs, max(took, default=timedelta(seconds=1)))), median)


def _bars(runs: Sequence[DrillRun], longest: timedelta) -> list[Went]:
    """The oldest stands at the left. A run that nobody has answered fills its whole height."""
    step = WIDTH / SHOWN
    rounds = running.rounds_of(runs)
    found = []
    for place, run in enumerate(runs):
        kind = "met" if run.acknowledged_at else "lost" if run.alert_id is None else "open"
        took = (run.acknowledged_at or clock.now()) - run.began_at
        share = min(1.0, took / longest) if kind == "met" and longest else 1.0
        height = max(3.0, share * HEIGHT)
        x = (len(runs) - 1 - place) * step
        found.append(
            Went(
                run=run,
                kind=kind,
                took=took,
                rounds=rounds.get(run.alert_id or 0, 0),
                x=round(x + step * 0.1, 1),
                y=round(HEIGHT - height, 1),
                width=round(step * 0.8, 1),
                height=round(height, 1),
            )
        )
    return found
