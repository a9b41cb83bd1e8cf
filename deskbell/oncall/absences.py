"""Absences: people's leave. Whoever is away answers for nothing (G2); their turns wait to be covered."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.zones import zone
from deskbell.people.models import Absence, Agent
from deskbell.sla.core import wall
from deskbell.sla.ical.contained import read_calendar
from deskbell.sla.ical.reading import Event

LONGEST = timedelta(days=366)
AHEAD = timedelta(days=366)
SHORTEST = timedelta(minutes=1)  # of an event that a calendar gives no length


def add(agent: Agent, start: datetime, end: datetime, reason: str = "") -> Absence:
    """The agent is away between two instants. Refused if it is over, or makes no sense."""
    if end <= start:
        raise Refused("It must end after it starts.")
    if end <= clock.now():
        raise Refused("That time is over.")
    if end - start > LONGEST:
        raise Refused("Enter a year at most.")
    return Absence.objects.create(agent=agent, starts_at=start, ends_at=end, reason=reason[:200])


def remove(number: int, *, by: Agent) -> None:
    """Take one's own absence back; managers anyone's."""
    found = Absence.objects.filter(pk=number).first()
    if found is None or not (by.manages or found.agent_id == by.pk):
        raise NotFound("There is no such absence.")
    found.delete()


def coming(agent: Agent) -> list[Absence]:
    """The agent's absences that are not over, by start."""
    return list(agent.absences.filter(ends_at__gt=clock.now()).order_by("starts_at")[:100])


@transaction.atomic
def take_in(agent: Agent, content: bytes, zone_name: str) -> int:
    """Read a calendar of leave (S9): in its events of the coming year they are away. What was read
    in before is replaced by what the file says now. Returns how many; Refused."""
    today = clock.now().astimezone(zone(zone_name)).date()
    events = read_calendar(content, zone_name, today, today + AHEAD)
    agent.absences.exclude(from_calendar="").filter(ends_at__gt=clock.now()).delete()
    made = Absence.objects.bulk_create(_absence(agent, event, zone_name) for event in events)
    return len(made)


def bounds(event: Event, zone_name: str) -> tuple[datetime, datetime]:
    """The instants from which and until which an event of a calendar lasts, by the zone's clock (T2)."""
    local, midnight = zone(zone_name), time()
    start = datetime.combine(event.first, time.fromisoformat(event.starts or "00:00"))
    if event.ends and event.ends != "24:00":
        end = datetime.combine(event.last, time.fromisoformat(event.ends))
    else:
        end = datetime.combine(event.last + timedelta(days=1), midnight)
    begins = wall.first(local, start)
    return begins, max(wall.last(local, end), begins + SHORTEST)


def _absence(agent: Agent, event: Event, zone_name: str) -> Absence:
    starts_at, ends_at = bounds(event, zone_name)
    return Absence(
        agent=agent,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=event.name[:200],
        from_calendar=f"{event.first} {event.name}"[:300],
    )
