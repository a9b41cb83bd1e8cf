"""When drills run: every so many days at a time by the desk's wall clock (T1), or now."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import whole
from deskbell.lib.zones import zone
from deskbell.oncall.drills import jobs
from deskbell.oncall.models import Drill, DrillRun
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent
from deskbell.sla.core import wall
from deskbell.tickets.impacts import Impact

MOST_DAYS = 366
AGAIN_AFTER = timedelta(minutes=1)  # who presses twice has one drill


def add(name: str, every: str, at: str, impact: str, *, by: Agent) -> Drill:
    """Plan a drill; it runs for the first time when its time of day comes next."""
    name = name.strip()
    if not name or len(name) > 100:
        raise Refused("Give the drill a name of up to 100 letters; it stands in the page.")
    if Drill.objects.filter(name=name).exists():
        raise Refused(f"There is a drill “{name}” already: choose another name.")
    days = whole(every, 1, MOST_DAYS)
    if days is None:
        raise Refused(f"Say after how many days it runs again: 1 to {MOST_DAYS}.")
    if impact not in Impact.values:
        raise Refused("Choose the impact of the alert.")
    drill = Drill(name=name, every=days, at=_time(at), impact=impact, made_by=by)
    drill.next_at = _next(drill, days=0)
    drill.save()
    return drill


def remove(drill: Drill) -> None:
    """Take a drill away with its history."""
    drill.delete()


def pause(drill: Drill, *, paused: bool) -> None:
    """Let it rest, or go on from its next time of day."""
    drill.next_at = None if paused else _next(drill, days=0)
    drill.save(update_fields=["next_at"])


def drill_numbered(number: int) -> Drill:
    """The drill of that id; NotFound."""
    found = Drill.objects.filter(pk=number).first()
    if found is None:
        raise NotFound("There is no such drill.")
    return found


@transaction.atomic
def begin(drill: Drill) -> DrillRun:
    """Run it now: the job hands the alert in. Refused while one has just begun."""
    locked = Drill.objects.select_for_update().get(pk=drill.pk)
    if locked.runs.filter(began_at__gt=clock.now() - AGAIN_AFTER).exists():
        raise Refused("This drill has just begun; wait a minute before the next.")
    run = DrillRun.objects.create(drill=locked, began_at=clock.now())
    jobs.send(run)
    return run


@transaction.atomic
def begin_due() -> int:
    """Begin each drill whose instant has come, once however many workers ask; returns how many. What was
    missed while the desk was down runs once."""
    due = Drill.objects.select_for_update(skip_locked=True).filter(next_at__lte=clock.now())
    found = list(due)
    for drill in found:
        run = DrillRun.objects.create(drill=drill, began_at=clock.now())
        drill.next_at = _next(drill, days=drill.every)
        drill.save(update_fields=["next_at"])
        jobs.send(run)
    return len(found)


def _next(drill: Drill, *, days: int) -> datetime:
    """The instant of its time of day `days` from today; if that has passed, a day later (T2)."""
    local = zone(the_desk().zone)
    now = clock.now()
    day = now.astimezone(local).date() + timedelta(days=days)
    found = wall.first(local, datetime.combine(day, drill.at))
    return (
        found
        if found > now
        else wall.first(local, datetime.combine(day + timedelta(days=1), drill.at))
    )


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise Refused(f"“{text}” is no time of day: write it like 10:30.") from None
