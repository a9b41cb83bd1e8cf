"""Can a person be reached? (G2) For many at once, in one question."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Max, Min, Q

from deskbell.mail.queueing import can_be_written_to
from deskbell.oncall.models import USABLE, Method
from deskbell.oncall.ways import known_ways
from deskbell.people.models import Agent

TESTED_WITHIN = timedelta(days=30)
NEW_FOR = timedelta(days=30)  # a new desk is warned, and its gaps are not yet held against it


class Reach(NamedTuple):
    """Why someone can't be reached; a `warning`: probably they can. Both empty: they can."""

    problem: str = ""
    warning: str = ""


def reach(agents: Iterable[Agent], at: datetime) -> dict[int, Reach]:
    """How far each of these agents (with their persons) can be reached, by their keys."""
    people = list(agents)
    works = USABLE & Q(way__in=known_ways())
    rows = (
        Method.objects.kept()
        .filter(agent__in=people)
        .values("agent")
        .annotate(
            methods=Count("pk"),
            usable=Count("pk", filter=works),
            tested=Max("tested_at", filter=works),
        )
    )
    methods = {row["agent"]: row for row in rows}
    new = is_new(at) or not Method.objects.kept().exists()  # where nobody has one, pages go by mail
    return {agent.pk: _reach(agent, methods.get(agent.pk), at, new=new) for agent in people}


def is_new(at: datetime) -> bool:
    """Is the desk in its first 30 days? It begins with its first agent."""
    first = Agent.objects.aggregate(at=Min("person__created_at"))["at"]
    return first is None or at < first + NEW_FOR


def _reach(agent: Agent, methods: Any, at: datetime, *, new: bool) -> Reach:
    if not agent.person.is_active:
        return Reach(f"{agent} has left the team.")
    if methods is None or not methods["usable"]:
        problem = f"{agent} has no contact method that works."
        if methods is None:
            problem = f"{agent} has no verified contact method."
        if new and can_be_written_to(agent.person):
            return Reach(warning=problem)
        return Reach(problem)
    tested = methods["tested"]
    if isinstance(tested, datetime) and at - tested <= TESTED_WITHIN:
        return Reach()
    untested = f"{agent} has no contact method that was tested in the last 30 days."
    return Reach(warning=untested) if new else Reach(untested)
