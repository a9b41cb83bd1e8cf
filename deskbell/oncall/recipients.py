"""Who is paged by which step. Asked when the step fires, not when the call began (E1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import QuerySet

from deskbell.lib import clock
from deskbell.mail.queueing import can_be_written_to
from deskbell.oncall import schedules
from deskbell.oncall.models import Method, Schedule
from deskbell.oncall.ways import known_ways
from deskbell.people.models import Absence, Agent

Row = TypeVar("Row", Agent, Schedule)


def whom(step: Mapping[str, Any], instant: datetime) -> list[Agent]:
    """Everyone whom a step names and who can be reached, each once: schedules, teams, people. Whoever is
    on leave is let alone: the next step comes at once, and the managers in the end (G2)."""
    called: dict[int, Agent] = {}
    for schedule in _in_order(Schedule.objects.all(), step.get("schedules", ())):
        called |= _by_key(schedules.on_call(schedule, instant))
    if teams := step.get("teams"):
        called |= _by_key(_agents().filter(teams__in=teams).distinct())
    called |= _by_key(_in_order(_agents(), step.get("agents", ())))
    return present(reachable(called.values()), instant)


def those_above() -> list[Agent]:
    """The managers, else all administrators, else everyone; the same on leave where nobody else is
    there: a page is never dropped (G3)."""
    groups = [
        reachable(_agents().filter(role=Agent.Role.MANAGER)),
        reachable(_agents().filter(role=Agent.Role.ADMINISTRATOR)),
        reachable(_agents()),
    ]
    now = clock.now()
    there = (present(group, now) for group in groups)
    return next(filter(None, [*there, *groups]), [])


def present(agents: Iterable[Agent], instant: datetime) -> list[Agent]:
    """Those who are not on leave."""
    found = list(agents)
    away = Absence.objects.filter(agent__in=found, starts_at__lte=instant, ends_at__gt=instant)
    on_leave = set(away.values_list("agent_id", flat=True))
    return [agent for agent in found if agent.pk not in on_leave]


def reachable(agents: Iterable[Agent]) -> list[Agent]:
    """Those still on the team, real people, and with a way by which a page can go."""
    found = list(agents)
    usable = Method.objects.usable().filter(agent__in=found, way__in=known_ways())
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
