"""Who is paged in which round. Asked when the round fires, not when the call began (E1)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from deskbell.mail.queueing import can_be_written_to
from deskbell.oncall import schedules
from deskbell.people.models import Agent


def whom(round_: int, instant: datetime) -> list[Agent]:
    """Whoever is on call; from the second round the managers too, and at once if nobody is (G3)."""
    called = [
        agent
        for agent in schedules.on_call(schedules.ensure_default_schedule(), instant)
        if _is_reachable(agent)
    ]
    if round_ > 1 or not called:
        called += [agent for agent in _those_above() if agent not in called]
    return called


def _those_above() -> list[Agent]:
    """The managers, else all administrators, else everyone: a page is never dropped (G3)."""
    for found in (
        _agents().filter(role=Agent.Role.MANAGER),
        _agents().filter(role=Agent.Role.ADMINISTRATOR),
        _agents(),
    ):
        reachable = [agent for agent in found if _is_reachable(agent)]
        if reachable:
            return reachable
    return []


def _agents() -> QuerySet[Agent]:
    return Agent.objects.select_related("person").order_by("person_id")


def _is_reachable(agent: Agent) -> bool:
    """Still on the team, a real person, and with an address to which a page can go."""
    return agent.person.is_active and can_be_written_to(agent.person)
