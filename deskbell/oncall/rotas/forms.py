"""What the rota's forms send, read with a sentence for each mistake."""

from __future__ import annotations

from datetime import date, datetime

from django.http import QueryDict

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.zones import zone
from deskbell.oncall.models import Override, Schedule
from deskbell.oncall.overriding import Wish
from deskbell.oncall.rota import BadSchedule
from deskbell.oncall.rota.reading import instant
from deskbell.people.models import Agent
from deskbell.people.teams import working_agents


def wish(form: QueryDict, schedule: Schedule) -> Wish:
    """The override of the form; its times are by the schedule's wall clock."""
    kind = form.get("kind", "replace")
    if kind not in Override.Kind.values:
        raise Refused("Choose what is to happen: take over, join or be off.")
    agent, by = agent_named(form.get("agent", "")), agent_named(form.get("by", ""))
    if kind == Override.Kind.ADD:
        agent, by = by or agent, None
    start, end = span(form, schedule.zone)
    return Wish(kind, start, end, agent, by, form.get("reason", "").strip())


def span(
    form: QueryDict, zone_name: str, names: tuple[str, str] = ("from", "to")
) -> tuple[datetime, datetime]:
    """Two instants, written by the wall clock of the zone."""
    first, last = names
    return at(form.get(first, ""), zone_name), at(form.get(last, ""), zone_name, ends=True)


def at(text: str, zone_name: str, *, ends: bool = False) -> datetime:
    """An instant written as 2026-03-06T09:00, by the wall clock of the zone (T2)."""
    if not text.strip():
        raise Refused("Say from when and until when.")
    try:
        return instant(text.strip(), "The time", zone(zone_name), ends=ends)
    except BadSchedule as error:
        raise Refused(str(error)) from None


def agent_named(text: str) -> Agent | None:
    """The working agent of that id; None for nobody."""
    if not text:
        return None
    found = [agent for agent in working_agents() if str(agent.pk) == text]
    if not found:
        raise Refused("Choose somebody of the team.")
    return found[0]


def day_of(text: str, zone_name: str) -> date:
    """The day that an address names, else today where the schedule is."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.now().astimezone(zone(zone_name)).date()


def local(moment: datetime | None, zone_name: str) -> str:
    """An instant as a field for date and time wants it, by the wall clock of the zone."""
    return f"{moment.astimezone(zone(zone_name)):%Y-%m-%dT%H:%M}" if moment else ""
