"""Who is paged by which step. Asked when the step fires, not when the call began (E1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import QuerySet

from deskbell.mail.queueing import can_be_written_to
from deskbell.oncall import schedules
from deskbell.oncall.models import Method, Schedule
from deskbell.people.models import Agent

Row = TypeVar("Row", Agent, Schedule)


def whom(step: Mapping[str, Any], instant: datetime) -> list[Agent]:
    """Everyone whom a step names and who can be reached, each once: schedules, teams, people."""
    called: dict[int, Agent] = {}
    for schedule in _in_order(Schedule.objects.all(), step.get("schedules", ())):
        called |= _by_key(schedules.on_call(schedule, instant))
    if teams := step.get("teams"):
        called |= _by_key(_agents().filter(teams__in=teams).distinct())
    called |= _by_key(_in_order(_agents(), step.get("agents", ())))
    return reachable(called.values())


def those_above() -> list[Agent]:
    """The managers, else all administrators, else everyone: a page is never dropped (G3)."""
    for found in (
        _agents().filter(role=Agent.Role.MANAGER),
        _agents().filter(role=Agent.Role.ADMINISTRATOR),
        _agents(),
    ):
        if reached := reachable(found):
            return reached
    return []


def reachable(agents: Iterable[Agent]) -> list[Agent]:
    """Those still on the team, real people, and with a way by which a page can go."""
    found = list(agents)
    usable = Method.objects.usable().filter(agent__in=found)
    by_method = set(usable.values_list("agent_id", flat=True))
    return [
        agent
        for agent in found
        if agent.person.is_active
        and not agent.person.demo
        and (agent.pk in by_method or can_be_written_to(agent.person))
    ]


def _agents() -> QuerySet[Agent]:
    return Agent.objects.select_related("person").order_by("person_id")


def _by_key(agents: Iterable[Agent]) -> dict[int, Agent]:
    return {agent.pk: agent for agent in agents}


def _in_order(rows: QuerySet[Row], keys: Iterable[int]) -> list[Row]:
    found = rows.in_bulk(list(keys))
    return [found[key] for key in keys if key in found]
