"""A step that found nobody becomes one ticket for as long as that lasts, however many alerts come (G3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from deskbell.lib import clock
from deskbell.look.words import moment
from deskbell.oncall import rota, schedules
from deskbell.oncall.models import Call, Schedule, Uncovered
from deskbell.oncall.recipients import those_above
from deskbell.people.desk import the_desk
from deskbell.people.notices import notify
from deskbell.tickets.opening import open_by_desk

LOOKED_AHEAD = timedelta(days=62)


def note(step: Mapping[str, Any], call: Call, now: datetime) -> None:
    """Open a ticket “coverage gap” unless this gap has one, and tell those above."""
    key = _key(step)
    Uncovered.objects.filter(key=key, closed_at=None, ends_at__lte=now).update(closed_at=now)
    ends = _end(step, now)
    found, is_new = Uncovered.objects.get_or_create(
        key=key, closed_at=None, defaults={"found_at": now, "ends_at": ends}
    )
    if not is_new:
        return
    named = _named(step)
    text = (
        f"{named} had nobody who could be paged about #{call.ticket_id}. The desk went on to the "
        f"next step at once. Put someone on call; by the rota as it stands nobody is until "
        f"{moment(ends, the_desk().zone)}."
    )
    found.ticket = open_by_desk(f"Coverage gap: nobody to page for {named}", text)
    found.save(update_fields=["ticket"])
    notify(
        those_above(),
        f"Coverage gap: {named} has nobody who could be paged",
        path=f"/tickets/{found.ticket.number}",
        urgent=True,
    )


def close(step: Mapping[str, Any]) -> None:
    """The step reached someone: what comes after is another gap."""
    Uncovered.objects.filter(key=_key(step), closed_at=None).update(closed_at=clock.now())


def _key(step: Mapping[str, Any]) -> str:
    parts = (f"{name} {each}" for name in ("schedules", "teams", "agents") for each in step[name])
    return ", ".join(parts)[:200]


def _named(step: Mapping[str, Any]) -> str:
    found = Schedule.objects.filter(pk__in=step["schedules"]).order_by("place", "id")
    return " and ".join(f"the schedule {each}" for each in found) or "a step of the escalation"


def _end(step: Mapping[str, Any], now: datetime) -> datetime:
    """When the rota has someone else, at the latest in two months."""
    latest = now + LOOKED_AHEAD
    coming = [
        each.start
        for schedule in Schedule.objects.filter(pk__in=step["schedules"])
        for each in rota.final(schedules.arithmetic(schedule), now, latest)
        if each.people and each.start > now
    ]
    return min(coming, default=latest)
