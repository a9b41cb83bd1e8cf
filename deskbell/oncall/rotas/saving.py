"""Saving the layers of a schedule, so that nobody's present turn changes by it (S7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Max

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.oncall.duties import changing
from deskbell.oncall.models import Layer, Override, Schedule, Turn
from deskbell.oncall.rota.turns import turns
from deskbell.oncall.rotas.draft import Draft, DraftLayer, handoff_of
from deskbell.oncall.schedules import FIRST_HANDOFF, Span, in_order, latest, spans
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent

KEPT = "Had the turn when the layers were edited"
_TICK, _AHEAD = timedelta(microseconds=1), timedelta(days=62)


def add_schedule(name: str) -> Schedule:
    """A schedule without people, in the desk's zone; its layers are edited next."""
    name = name.strip()[:100]
    if not name:
        raise Refused("Give the schedule a name, like Secondary.")
    if Schedule.objects.filter(name=name).exists():
        raise Refused(f"There already is a schedule called {name}.")
    last = Schedule.objects.aggregate(place=Max("place"))["place"] or 0
    made = Schedule.objects.create(name=name, zone=the_desk().zone, place=last + 1)
    Layer.objects.create(
        schedule=made, place=1, handoff_on=latest(0, made.zone), handoff_at=FIRST_HANDOFF
    )
    return made


def remove_schedule(schedule: Schedule) -> None:
    """Remove a schedule that nothing asks. Its history goes with it."""
    if Schedule.objects.count() < 2:
        raise Refused("A desk needs one schedule: add another before you remove this one.")
    if schedule.steps.exists():
        raise Refused("An escalation policy calls this schedule: take it out there first.")
    schedule.delete()


def save(schedule: Schedule, draft: Draft, *, by: Agent) -> None:
    """Save the layers. Whoever is on call now stays so until the present turn ends (S7)."""
    _check(draft, schedule)
    with changing(schedule) as locked:
        now = clock.now()
        before = spans(locked, now, now + _AHEAD)[0]
        settled = kept(draft, Draft.of(locked), now)
        locked.name, locked.zone = settled.name, settled.zone
        locked.save(update_fields=["name", "zone"])
        locked.layers.all().delete()
        for place, layer in enumerate(settled.layers, start=1):
            _create(locked, place, layer)
        _keep_on_call(locked, before, now, by)


def kept(draft: Draft, saved: Draft, now: datetime) -> Draft:
    """The draft with each order, which is a circle, turned so that whoever has the present turn of a
    layer keeps it."""
    by_place = {layer.was: layer for layer in saved.layers}
    layers = [_turned(layer, by_place.get(layer.was), draft, saved, now) for layer in draft.layers]
    return replace(draft, layers=tuple(layers))


def _turned(
    layer: DraftLayer, was: DraftLayer | None, draft: Draft, saved: Draft, now: datetime
) -> DraftLayer:
    if was is None or not was.people or not layer.people:
        return layer
    holder = was.people[_index(was, saved, now)]
    if not holder or holder not in layer.people:
        return layer
    shift = layer.people.index(holder) - _index(layer, draft, now)
    if layer.people[_index(layer, draft, now)] == holder:
        return layer
    shift %= len(layer.people)
    return replace(layer, people=layer.people[shift:] + layer.people[:shift])


def _index(layer: DraftLayer, draft: Draft, now: datetime) -> int:
    """Which place of the order has the present turn, whatever the hours are."""
    numbered = replace(
        layer,
        people=tuple(str(at) for at in range(len(layer.people))),
        restrictions=(),
        starts="",
        ends="",
    )
    counted = replace(draft, layers=(numbered,)).counted()
    ((_, _, people),) = turns(counted.layers[0], counted.zone, now, now + _TICK)
    return int(people[0])


def _check(draft: Draft, schedule: Schedule) -> None:
    if not draft.name:
        raise Refused("Give the schedule a name.")
    if Schedule.objects.filter(name=draft.name).exclude(pk=schedule.pk).exists():
        raise Refused(f"There already is a schedule called {draft.name}.")
    if not draft.layers:
        raise Refused("A schedule needs a layer.")
    for number, layer in enumerate(draft.layers, start=1):
        handoff_of(layer)
        for place, person in enumerate(layer.people, start=1):
            if not person:
                raise Refused(
                    f"Place {place} of layer {number} has nobody: choose someone, or remove the place."
                )
        if any(not hours["days"] for hours in layer.restrictions):
            raise Refused(f"Choose the days of the hours in layer {number}, or remove them.")
    wanted = {person for layer in draft.layers for person in layer.people}
    known = {str(pk) for pk in Agent.objects.values_list("pk", flat=True)}
    if wanted - known:
        raise Refused("Choose people of the team.")
    draft.counted()


def _create(schedule: Schedule, place: int, layer: DraftLayer) -> None:
    handoff = handoff_of(layer)
    made = Layer.objects.create(
        schedule=schedule,
        place=place,
        name=layer.name,
        handoff_on=handoff.date(),
        handoff_at=handoff.time(),
        every=int(layer.every),
        unit=layer.unit,
        restrictions=list(layer.restrictions),
        starts=layer.starts,
        ends=layer.ends,
    )
    Turn.objects.bulk_create(
        Turn(layer=made, agent_id=int(person), place=at)
        for at, person in enumerate(layer.people, start=1)
    )


def _keep_on_call(schedule: Schedule, before: Span, now: datetime, by: Agent) -> None:
    """If the edit would change who is on call right now, an override keeps them until the turn ends: the
    old one, or where that had no end in sight, the new one."""
    after = spans(schedule, now, now + _AHEAD)[0]
    if not before.agents or set(after.agents) == set(before.agents):
        return
    first, *others = in_order(before.agents)
    end = before.end if before.end < now + _AHEAD else after.end
    common = {"schedule": schedule, "starts_at": now, "ends_at": end, "made_by": by}
    common |= {"made_at": now, "reason": KEPT}
    Override.objects.create(kind=Override.Kind.REPLACE, by=first, **common)
    for agent in others:
        Override.objects.create(kind=Override.Kind.ADD, agent=agent, **common)
