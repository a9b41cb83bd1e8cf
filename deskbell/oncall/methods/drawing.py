"""What the screens of methods say: each one's state in words, and the ladder as a line of minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from deskbell.lib import clock
from deskbell.look.words import day, hour
from deskbell.oncall.gaps.reach import TESTED_WITHIN, Reach, reach
from deskbell.oncall.ladder import BY_DEFAULT
from deskbell.oncall.methods.verifying import is_awaited
from deskbell.oncall.models import Method
from deskbell.people.models import Absence, Agent
from deskbell.people.teams import working_agents


@dataclass(frozen=True)
class State:
    """`tone`: good, warn (works, but), bad (no page goes there)."""

    tone: str
    text: str


@dataclass(frozen=True)
class Rung:
    """What happens so many minutes after the step."""

    minutes: int
    by: tuple[str, ...]


@dataclass(frozen=True)
class Reachable:
    """One agent, for managers: by what, and why not. `away`: until when they are on leave now."""

    agent: Agent
    methods: tuple[tuple[Method, State], ...]
    reach: Reach
    away: datetime | None


def state_of(method: Method, zone: str) -> State:
    """How far pages can go by it (G2), in the reader's zone."""
    now = clock.now()
    if method.disabled_at:
        why = method.disabled_why or "Its provider says that it is no more."
        return State("bad", f"Disabled since {day(method.disabled_at, zone)}. {why}")
    if not method.verified_at:
        if method.code_expires_at and is_awaited(method):
            until = hour(method.code_expires_at, zone)
            return State("bad", f"Not verified yet: waits for its six digits until {until}.")
        return State("bad", "Not verified yet, so no page goes there. Send a test.")
    if method.tested_at is None:
        return State("warn", "Works, but no test was confirmed yet.")
    tested = day(method.tested_at, zone)
    if now - method.tested_at > TESTED_WITHIN:
        return State("warn", f"Works, but the last confirmed test was on {tested}. Send one.")
    return State("good", f"Verified. Last confirmed test on {tested}.")


def rungs(methods: Sequence[Method]) -> list[Rung]:
    """The personal ladder; without a method that works, what the desk does by default."""
    usable = [method for method in methods if method.is_usable]
    if not usable:
        return [Rung(0, tuple(Method.Way(way).label for way in BY_DEFAULT))]
    return [
        Rung(minutes, tuple(called(method) for method in group))
        for minutes, group in groupby(usable, key=lambda method: method.after)
    ]


def called(method: Method) -> str:
    """“by ntfy (my phone)”."""
    way = method.get_way_display()
    return f"{way} ({method.name})" if method.name else way


def everybody(zone: str) -> list[Reachable]:
    """Who of the team can be reached by what: those who can't come first. It asks no more for more people."""
    agents = list(working_agents())
    found: dict[int, list[Method]] = {}
    for method in Method.objects.kept().filter(agent__in=agents).order_by("after", "id"):
        found.setdefault(method.agent_id, []).append(method)
    now = clock.now()
    reached = reach(agents, now)
    present = Absence.objects.filter(starts_at__lte=now, ends_at__gt=now).order_by("ends_at")
    away = dict(present.values_list("agent", "ends_at"))
    rows = [
        Reachable(
            agent,
            tuple((method, state_of(method, zone)) for method in found.get(agent.pk, [])),
            reached[agent.pk],
            away.get(agent.pk),
        )
        for agent in agents
    ]
    return sorted(
        rows,
        key=lambda row: (not row.reach.problem, row.away is None, not row.reach.warning),
    )
