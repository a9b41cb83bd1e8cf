"""The desk's rota: who is on call by it, and how people change it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.zones import checked_zone, zone
from deskbell.oncall import rota
from deskbell.oncall.models import Layer, Schedule, Turn
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent

PRIMARY = "Primary"
FIRST_HANDOFF = time(9, 0)
DRAWN = timedelta(weeks=4)


def on_call(schedule: Schedule, instant: datetime) -> list[Agent]:
    """Who is on call by this schedule at this instant. The screen and the pager both ask here (S8)."""
    found = rota.on_call(arithmetic(schedule), instant)
    return in_order(found)


def ensure_default_schedule() -> Schedule:
    """The primary schedule; until someone edits it, the first administrator alone, week by week."""
    schedule, made = Schedule.objects.get_or_create(
        name=PRIMARY, defaults={"zone": the_desk().zone}
    )
    layer = _layer_of(schedule, made)
    if not layer.turns.exists():
        first = Agent.objects.filter(role=Agent.Role.ADMINISTRATOR).order_by("person_id").first()
        if first:
            Turn.objects.get_or_create(layer=layer, place=1, defaults={"agent": first})
    return schedule


def arithmetic(schedule: Schedule) -> rota.Schedule:
    """The schedule in the form that can be counted with; people are agents' ids as text."""
    return rota.Schedule.from_document(schedule.document())


@transaction.atomic
def save_rota(
    schedule: Schedule,
    people: Sequence[Agent],
    *,
    zone_name: str,
    weekday: int,
    at: time,
    now_on_call: Agent,
) -> None:
    """Let these people take turns week by week. `weekday` is 0 for Monday.

    The order is a circle: it is turned so that `now_on_call` has the present turn, so adding or
    removing someone does not change who is on call right now (S7).
    """
    if now_on_call not in people:
        raise Refused(f"{now_on_call} can't be on call now without a place in the order.")
    schedule = Schedule.objects.select_for_update().get(pk=schedule.pk)
    schedule.zone = checked_zone(zone_name)
    schedule.save(update_fields=["zone"])
    layer = schedule.layers.get(place=1)
    layer.handoff_on, layer.handoff_at = _latest(weekday, schedule.zone), at
    layer.every, layer.unit = 1, Layer.Unit.WEEKS
    layer.save(update_fields=["handoff_on", "handoff_at", "every", "unit"])
    _seat(layer, people)
    _seat(layer, _turned(list(people), schedule, now_on_call))


def in_order(ids: Sequence[str]) -> list[Agent]:
    """The agents with these ids, in the same order."""
    found = Agent.objects.select_related("person").in_bulk([int(each) for each in ids])
    return [found[int(each)] for each in ids if int(each) in found]


def _layer_of(schedule: Schedule, made: bool) -> Layer:
    found = None if made else schedule.layers.filter(place=1).first()
    if found:
        return found
    monday = _latest(0, schedule.zone)
    layer, _ = Layer.objects.get_or_create(
        schedule=schedule,
        place=1,
        defaults={"handoff_on": monday, "handoff_at": FIRST_HANDOFF},
    )
    return layer


def _latest(weekday: int, zone_name: str) -> date:
    """The last such day, today among them, where the schedule is."""
    today = clock.now().astimezone(zone(zone_name)).date()
    return today - timedelta(days=(today.weekday() - weekday) % 7)


def _seat(layer: Layer, people: Sequence[Agent]) -> None:
    layer.turns.all().delete()
    Turn.objects.bulk_create(
        Turn(layer=layer, agent=agent, place=place) for place, agent in enumerate(people, start=1)
    )


def _turned(people: list[Agent], schedule: Schedule, now_on_call: Agent) -> list[Agent]:
    present = rota.on_call(arithmetic(schedule), clock.now())[0]
    places = [str(agent.pk) for agent in people]
    shift = places.index(str(now_on_call.pk)) - places.index(present)
    return people[shift:] + people[:shift]
