"""Who is on call now and who follows, as a list: for phones, screen readers, and a person's own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from deskbell.lib import clock
from deskbell.oncall.models import Schedule
from deskbell.oncall.schedules import Span, all_schedules, spans
from deskbell.people.models import Agent

AHEAD = timedelta(days=62)
LISTED = 12


@dataclass(frozen=True)
class Turn:
    """A span on call with its people."""

    schedule: Schedule
    start: datetime
    end: datetime
    agents: tuple[Agent, ...]
    now: bool
    endless: bool  # nobody else follows as far as was looked

    @property
    def names(self) -> str:
        return " and ".join(str(agent) for agent in self.agents) or "Nobody"


def standing_now(schedule: Schedule) -> dict[str, Any]:
    """The present turn, and the coming ones with their real ends."""
    found = _turns(schedule)
    return {"present": found[0], "turns": found[:LISTED]}


def turns_of(agent: Agent) -> list[Turn]:
    """The coming turns of one person in all schedules, by start."""
    found = [turn for schedule in all_schedules() for turn in _turns(schedule)]
    return sorted((t for t in found if agent in t.agents), key=lambda turn: turn.start)


def _turns(schedule: Schedule) -> list[Turn]:
    now = clock.now()
    found = spans(schedule, now, now + AHEAD)
    begun = schedule.duties.filter(ends_at=None).first()
    agents = Agent.objects.select_related("person").in_bulk(
        {number for span in found for number in span.agents}
    )

    def turn(at: int, span: Span) -> Turn:
        people = tuple(agents[number] for number in span.agents if number in agents)
        start = begun.starts_at if at == 0 and begun and begun.starts_at < now else span.start
        return Turn(schedule, start, span.end, people, at == 0, span.end >= now + AHEAD)

    return [turn(at, span) for at, span in enumerate(found)]
