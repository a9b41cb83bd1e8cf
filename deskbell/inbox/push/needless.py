"""Why a device is not told after all: asked just before it would be, when everything is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from deskbell.inbox.models import Device, Glance, Push
from deskbell.inbox.preferences import preferences_of
from deskbell.inbox.push.queueing import TEST
from deskbell.inbox.push.quiet import is_quiet
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent
from deskbell.tickets.access import readable_by


def needless(device: Device | None, pushes: Sequence[Push], now: datetime) -> dict[int, str]:
    """Those of a device's pushes that need not or may not be sent, with the reason, by key. They come with
    ticket and notice, the device with its agent."""
    if device is None or device.removed_at is not None:
        return {each.pk: "The device was removed." for each in pushes}
    agent = device.agent
    if not agent.person.is_agent:
        return {each.pk: "They have left the team." for each in pushes}
    numbers = [each.ticket_id for each in pushes if each.ticket_id]
    readable = set(readable_by(agent.person).filter(pk__in=numbers).values_list("pk", flat=True))
    glances = Glance.objects.filter(agent=agent, until__gt=now)
    looked_at = set(glances.values_list("ticket", flat=True))
    hours = preferences_of(agent).quiet_hours
    quiet = is_quiet(hours, now, agent.person.zone or the_desk().zone)
    found = {}
    for push in pushes:
        if push.ticket_id and push.ticket_id not in readable:
            found[push.pk] = "You may not read it any more."
        elif why := _why(push, agent, looked_at, quiet=quiet):
            found[push.pk] = why
    return found


def _why(push: Push, agent: Agent, looked_at: set[int], *, quiet: bool) -> str:
    if push.agent_id != agent.pk:
        return "The device is another's by now."
    if push.topic == TEST:
        return ""
    if push.ticket_id in looked_at:
        return "You were looking at it."
    if push.notice is not None and push.notice.read_at is not None:
        return "You had read it in the desk."
    return "In your quiet hours." if quiet else ""
