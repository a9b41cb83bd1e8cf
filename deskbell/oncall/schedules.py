"""The desk's schedules: who is on call by them, in the past, now and to come (S7, S8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from django.db import transaction

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.zones import checked_zone, zone
from deskbell.oncall import rota
from deskbell.oncall.models import Layer, Schedule, Turn
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent

PRIMARY = "Primary"
FIRST_HANDOFF = time(9, 0)


class Span(NamedTuple):
    """Who is or was on call from one instant to another (UTC); ids of agents, perhaps of nobody."""

    start: datetime
    end: datetime
    agents: tuple[int, ...]
    why: tuple[str, ...]


def on_call(schedule: Schedule, instant: datetime) -> list[Agent]:
    """Who is on call at this instant. The screens, the API, the pager and the reports all ask here (S8):
    what is past was recorded (S7), the present and what is to come is arithmetic."""
    if instant < clock.now():
        duties = schedule.duties.filter(starts_at__lte=instant, ends_at__gt=instant)
        recorded = duties.order_by("-starts_at").first()
        if recorded:
            return list(recorded.agents.select_related("person").order_by("person_id"))
    return in_order(rota.on_call(arithmetic(schedule, instant), instant))


def spans(schedule: Schedule, start: datetime, end: datetime) -> list[Span]:
    """Who is on call between two instants, without a hole: where nobody is, a span names nobody."""
    found, at = [], start
    now = clock.now()
    duties = schedule.duties.filter(starts_at__lt=min(end, now), ends_at__gt=start)
    for duty in duties.order_by("starts_at").prefetch_related("agents") if start < now else ():
        begins, ends = max(duty.starts_at, at), min(duty.ends_at or end, end)
        if begins >= ends:
            continue
        found += _arithmetically(schedule, at, begins)
        agents = tuple(sorted(agent.pk for agent in duty.agents.all()))
        found.append(Span(begins, ends, agents, tuple(duty.why)))
        at = ends
    return merged([*found, *_arithmetically(schedule, at, end)])


def merged(found: Iterable[Span]) -> list[Span]:
    """Neighbors with the same people are one, with both reasons (S6)."""
    joined: list[Span] = []
    for span in found:
        last = joined[-1] if joined else None
        if last and last.end == span.start and set(last.agents) == set(span.agents):
            why = tuple(dict.fromkeys((*last.why, *span.why)))
            joined[-1] = Span(last.start, span.end, last.agents, why)
        else:
            joined.append(span)
    return joined


def whole(found: Sequence[rota.Interval], start: datetime, end: datetime) -> list[Span]:
    """The intervals of a rota with their holes filled by spans of nobody."""
    spans, at = [], start.astimezone(UTC)
    for each in found:
        if at < each.start:
            spans.append(Span(at, each.start, (), ()))
        people = tuple(int(person) for person in each.people)
        spans.append(Span(each.start, each.end, people, each.why))
        at = each.end
    return [*spans, Span(at, end.astimezone(UTC), (), ())] if at < end else spans


def _arithmetically(schedule: Schedule, start: datetime, end: datetime) -> list[Span]:
    if start >= end:
        return []
    return whole(rota.final(arithmetic(schedule, start), start, end), start, end)


def ensure_default_schedule() -> Schedule:
    """The primary schedule; until someone edits it, the first administrator alone, week by week."""
    schedule = Schedule.objects.order_by("place", "id").first()
    made = schedule is None
    if schedule is None:
        schedule, made = Schedule.objects.get_or_create(
            name=PRIMARY, defaults={"zone": the_desk().zone}
        )
    layer = _first_layer(schedule, made)
    if layer and not layer.turns.exists() and schedule.layers.count() == 1:
        first = Agent.objects.filter(role=Agent.Role.ADMINISTRATOR).order_by("person_id").first()
        if first:
            Turn.objects.get_or_create(layer=layer, place=1, defaults={"agent": first})
    return schedule


def all_schedules() -> list[Schedule]:
    """Every schedule, the primary one first."""
    ensure_default_schedule()
    return list(Schedule.objects.order_by("place", "id"))


def schedule_numbered(number: int) -> Schedule:
    """The schedule of that id; NotFound."""
    found = Schedule.objects.filter(pk=number).first()
    if found is None:
        raise NotFound("There is no such schedule.")
    return found


def arithmetic(schedule: Schedule, since: datetime | None = None) -> rota.Schedule:
    """The schedule in the form that can be counted with; people are agents' ids as text. Overrides that
    were over at `since` are left out."""
    return rota.Schedule.from_document(schedule.document(since))


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
    layer.handoff_on, layer.handoff_at = latest(weekday, schedule.zone), at
    layer.every, layer.unit = 1, Layer.Unit.WEEKS
    layer.save(update_fields=["handoff_on", "handoff_at", "every", "unit"])
    seat(layer, people)
    seat(layer, _turned(list(people), schedule, now_on_call))


def in_order(ids: Sequence[str] | Sequence[int]) -> list[Agent]:
    """The agents with these ids, in the same order."""
    found = Agent.objects.select_related("person").in_bulk([int(each) for each in ids])
    return [found[int(each)] for each in ids if int(each) in found]


def latest(weekday: int, zone_name: str) -> date:
    """The last such day, today among them, where the schedule is."""
    today = clock.now().astimezone(zone(zone_name)).date()
    return today - timedelta(days=(today.weekday() - weekday) % 7)


def seat(layer: Layer, people: Sequence[Agent]) -> None:
    """Give a layer this order of people."""
    layer.turns.all().delete()
    Turn.objects.bulk_create(
        Turn(layer=layer, agent=agent, place=place) for place, agent in enumerate(people, start=1)
    )


def _first_layer(schedule: Schedule, made: bool) -> Layer | None:
    found = None if made else schedule.layers.order_by("place").first()
    if found:
        return found
    layer, _ = Layer.objects.get_or_create(
        schedule=schedule,
        place=1,
        defaults={"handoff_on": latest(0, schedule.zone), "handoff_at": FIRST_HANDOFF},
    )
    return layer


def _turned(people: list[Agent], schedule: Schedule, now_on_call: Agent) -> list[Agent]:
    present = rota.on_call(arithmetic(schedule), clock.now())[0]
    places = [str(agent.pk) for agent in people]
    shift = places.index(str(now_on_call.pk)) - places.index(present)
    return people[shift:] + people[:shift]
