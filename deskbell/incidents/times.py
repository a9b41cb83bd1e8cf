"""Instants as agents write them: by the wall clock where they are."""

from __future__ import annotations

from datetime import datetime

from deskbell.lib.errors import Refused
from deskbell.lib.zones import zone
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent
from deskbell.sla.core import wall


def zone_of(agent: Agent) -> str:
    """The agent's zone, or that of the desk."""
    return agent.person.zone or the_desk().zone


def read(text: str, agent: Agent) -> datetime | None:
    """The instant that an agent wrote, None if nothing. Raises Refused."""
    return instant(text, zone_of(agent)) if text.strip() else None


def instant(text: str, here: str) -> datetime:
    """The instant that a wall clock of `here` shows as this text. Raises Refused."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Refused("Which time is that? Write it like 2026-12-05T22:00.") from None
    if at.tzinfo is not None or not 2000 <= at.year <= 2200:
        raise Refused("Which time is that? Write it like 2026-12-05T22:00.")
    return wall.first(zone(here), at)


def written(at: datetime, agent: Agent) -> str:
    """As a field for times takes it."""
    return f"{at.astimezone(zone(zone_of(agent))):%Y-%m-%dT%H:%M}"
