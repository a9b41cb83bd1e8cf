"""The escalation ladder of a policy: who is told when a clock warns, when it breaches, and after that.

Its form in a version: `[{"at": "warning" | "breach" | minutes, "tell": ["assignee", "lead", "manager",
"oncall"]}]`. Minutes are covered time after the breach, in the clock's own coverage, so that nobody is
told at night about what is promised for the day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from deskbell.lib.errors import Refused
from deskbell.sla.models import Clock, PolicyVersion
from deskbell.sla.policies import policy_of

Ladder = Sequence[Mapping[str, Any]]
WARNING, BREACH = "warning", "breach"
WHO = ("assignee", "lead", "manager", "oncall")
MOST_MINUTES = 60 * 24 * 30


class Rung(NamedTuple):
    """A step of the ladder: the covered time after the breach, and who is told."""

    amount: timedelta
    tell: tuple[str, ...]


def told_at(ladder: Ladder, moment: str) -> tuple[str, ...]:
    """Who is told at the warning or at the breach."""
    return tuple(who for step in ladder if step["at"] == moment for who in step["tell"])


def rungs_after(ladder: Ladder) -> list[Rung]:
    """The steps after the breach, in the order in which they come."""
    steps = [step for step in ladder if step["at"] not in (WARNING, BREACH)]
    return sorted(Rung(timedelta(minutes=int(step["at"])), tuple(step["tell"])) for step in steps)


def next_rung_at(clock: Clock, version: PolicyVersion) -> datetime | None:
    """When the next step after a breach is told; None before the breach was told, once the clock
    has stopped, and after the last step."""
    if clock.breached_at is None or clock.breach_told_at is None or clock.stopped_at is not None:
        return None
    rungs = rungs_after(version.ladder)[clock.rungs_told :]
    if not rungs:
        return None
    hours = policy_of(version).coverages.get(clock.coverage)
    amount = rungs[0].amount
    return hours.add(clock.breached_at, amount) if hours else clock.breached_at + amount


def checked(ladder: Ladder) -> list[dict[str, Any]]:
    """The ladder in order, if it can be climbed. Refused with what to change otherwise."""
    seen: set[str | int] = set()
    for step in ladder:
        _check_step(step, seen)
        seen.add(step["at"])
    return sorted(
        ({"at": step["at"], "tell": list(step["tell"])} for step in ladder), key=_place_of
    )


def _check_step(step: Mapping[str, Any], seen: set[str | int]) -> None:
    at, who = step.get("at"), step.get("tell")
    minutes = isinstance(at, int) and not isinstance(at, bool) and 0 < at <= MOST_MINUTES
    if at not in (WARNING, BREACH) and not minutes:
        raise Refused(
            f"“{at}” is no step of a ladder: write warning, breach, or the minutes after the breach, "
            f"1 to {MOST_MINUTES:,}."
        )
    if at in seen:
        raise Refused(f"The ladder has two steps at {_said(at)}: make one of them.")
    if not isinstance(who, (list, tuple)) or not who:
        raise Refused(f"Say who is told at {_said(at)}.")
    if unknown := [each for each in who if each not in WHO]:
        raise Refused(f"“{unknown[0]}” can't be told: choose {', '.join(WHO)}.")
    if len(set(who)) != len(who):
        raise Refused(f"At {_said(at)} someone is named twice.")


def _said(at: str | int | None) -> str:
    return f"the {at}" if at in (WARNING, BREACH) else f"{at} minutes after the breach"


def _place_of(step: Mapping[str, Any]) -> int:
    at = step["at"]
    return -1 if at == WARNING else 0 if at == BREACH else int(at)
