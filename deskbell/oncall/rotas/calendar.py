"""The rota drawn: week by week, each layer, the overrides and the final schedule as rows (S4 to S8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from deskbell.lib import clock
from deskbell.lib.zones import zone
from deskbell.look.words import stretch
from deskbell.oncall import rota, temporaries
from deskbell.oncall.models import Override, Schedule, Temporary
from deskbell.oncall.overriding import said
from deskbell.oncall.rota.turns import turns
from deskbell.oncall.schedules import Span, arithmetic, merged, spans, whole
from deskbell.people.models import Agent
from deskbell.sla.core import wall

COLORS = 6
VIEWS = ("month", "week")


class Piece(NamedTuple):
    """Something to draw from one instant to another; `color` 0 is a gap."""

    start: datetime
    end: datetime
    label: str
    color: int
    title: str


@dataclass(frozen=True)
class Bar:
    """A piece inside one week, in percent of its width."""

    x: float
    width: float
    piece: Piece


@dataclass(frozen=True)
class Row:
    """One row of a week: a layer, the overrides, or the final schedule."""

    name: str
    kind: str  # layer, override, final
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Day:
    """A day's head, and where it begins, in percent."""

    day: date
    x: float
    is_today: bool


@dataclass(frozen=True)
class Week:
    """Seven days. `now` is where the present instant lies, in percent."""

    start: datetime
    end: datetime
    days: tuple[Day, ...]
    rows: tuple[Row, ...]
    now: float | None


class Names:
    """Names and colors of people, asked once for all that are drawn."""

    def __init__(self, ids: Iterable[int]) -> None:
        found = Agent.objects.select_related("person").in_bulk(sorted(set(ids)))
        self.agents = {number: found[number] for number in sorted(found)}
        self._colors = {number: at % COLORS + 1 for at, number in enumerate(self.agents)}

    def of(self, ids: Sequence[int], *, short: bool = False) -> str:
        names = [str(self.agents[each]) for each in ids if each in self.agents]
        return " + ".join(name.split()[0] for name in names) if short else " and ".join(names)

    def color(self, ids: Sequence[int]) -> int:
        return self._colors.get(ids[0], 1) if ids else 0


def picture(schedule: Schedule, view: str, day: date, named: Iterable[int] = ()) -> dict[str, Any]:
    """What the calendar shows of a month or a week around `day`, in the schedule's zone. `named` are
    people who are shown beside it, in the same colors."""
    mondays = _mondays(view, day)
    local = zone(schedule.zone)
    instants = [wall.first(local, datetime(m.year, m.month, m.day)) for m in mondays]  # noqa: DTZ001
    counted = arithmetic(schedule, instants[0])
    found = spans(schedule, instants[0], instants[-1])
    overrides = _overrides(schedule, instants[0], instants[-1])
    planned = _temporaries(schedule, instants[0], instants[-1])
    by_layer = layers_of(counted, instants[0], instants[-1])
    names = Names(
        [
            *named,
            *(agent for span in found for agent in span.agents),
            *(agent for layer in by_layer for span in layer for agent in span.agents),
            *(agent for each in overrides for agent in (each.by_id, each.agent_id) if agent),
            *(agent.pk for each in planned for agent in each.agents.all()),
        ]
    )
    rows = [
        *_layer_rows(schedule, by_layer, names),
        ("Changes", "override", [_of_override(each, schedule, names) for each in overrides]),
        ("Temporary", "override", [_of_temporary(each, schedule, names) for each in planned]),
        ("On call", "final", [_of_span(each, schedule, names) for each in found]),
    ]
    return {
        "weeks": [_week(start, end, rows, local) for start, end in pairwise(instants)],
        "names": names,
        "overrides": [each for each in overrides if each.ends_at > clock.now()],
        "temporaries": [each for each in planned if each.ends_at > clock.now()],
    }


def drawn_document(counted: rota.Schedule, start: datetime, weeks: int) -> dict[str, Any]:
    """The calendar of a schedule that was not saved: layers and final, for a preview."""
    local = counted.zone
    monday = _mondays("week", start.astimezone(local).date())[0]
    days = [monday + timedelta(weeks=week) for week in range(weeks + 1)]
    instants = [wall.first(local, datetime(m.year, m.month, m.day)) for m in days]  # noqa: DTZ001
    by_layer = layers_of(counted, instants[0], instants[-1])
    final = rota.final(counted, instants[0], instants[-1])
    found = whole(final, instants[0], instants[-1])
    names = Names(agent for layer in [*by_layer, found] for span in layer for agent in span.agents)
    plain = [_of_layer(layer, counted.zone.key, names) for layer in by_layer]
    rows = [(f"Layer {number}", "layer", layer) for number, layer in enumerate(plain, start=1)]
    rows = [*reversed(rows), ("On call", "final", _of_layer(found, counted.zone.key, names))]
    return {"weeks": [_week(one, other, rows, local) for one, other in pairwise(instants)]}


def layers_of(counted: rota.Schedule, start: datetime, end: datetime) -> list[list[Span]]:
    """Who has the turn in each layer between two instants, the lowest layer first."""
    return [
        merged(
            Span(begins, ends, tuple(int(person) for person in people), ())
            for begins, ends, people in turns(layer, counted.zone, start, end)
        )
        for layer in counted.layers
    ]


def earlier_and_later(view: str, day: date) -> tuple[date, date]:
    """The days to which the arrows lead."""
    if view == "week":
        return day - timedelta(weeks=1), day + timedelta(weeks=1)
    first = day.replace(day=1)
    return (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=32)).replace(day=1)


def _mondays(view: str, day: date) -> list[date]:
    """The Mondays that begin each week shown, and the one that ends the last."""
    first = day.replace(day=1) if view == "month" else day
    monday = first - timedelta(days=first.weekday())
    if view == "week":
        return [monday, monday + timedelta(weeks=1)]
    found = [monday]
    while (found[-1].year, found[-1].month) <= (day.year, day.month):
        found.append(found[-1] + timedelta(weeks=1))
    return found


def _overrides(schedule: Schedule, start: datetime, end: datetime) -> list[Override]:
    found = schedule.overrides.standing(start).filter(starts_at__lt=end)
    return list(found.select_related("agent__person", "by__person", "made_by__person"))


def _temporaries(schedule: Schedule, start: datetime, end: datetime) -> list[Temporary]:
    found = schedule.temporaries.standing(start).filter(starts_at__lt=end)
    return list(found.prefetch_related("agents__person"))


def _layer_rows(
    schedule: Schedule, by_layer: list[list[Span]], names: Names
) -> list[tuple[str, str, list[Piece]]]:
    """The highest layer on top, as they win."""
    called = [*schedule.layers.order_by("place").values_list("name", flat=True), "By calendar"]
    rows = [
        (name or f"Layer {number}", "layer", _of_layer(spans, schedule.zone, names))
        for number, (name, spans) in enumerate(zip(called, by_layer, strict=False), start=1)
    ]
    return rows[::-1]


def _of_layer(layer: list[Span], zone_name: str, names: Names) -> list[Piece]:
    return [_piece(span, zone_name, names) for span in layer]


def _of_span(span: Span, schedule: Schedule, names: Names) -> Piece:
    return _piece(span, schedule.zone, names)


def _piece(span: Span, zone_name: str, names: Names) -> Piece:
    who = names.of(span.agents) or "Nobody"
    title = f"{who}, {stretch(span.start, span.end, zone_name)}"
    label = names.of(span.agents, short=True) or "nobody"
    return Piece(span.start, span.end, label, names.color(span.agents), title)


def _of_override(each: Override, schedule: Schedule, names: Names) -> Piece:
    comes = each.by_id if each.kind == Override.Kind.REPLACE else each.agent_id
    ids = [comes] if comes and each.kind != Override.Kind.REMOVE else []
    title = f"{said(each)}, {stretch(each.starts_at, each.ends_at, schedule.zone)}"
    label = names.of(ids, short=True) or f"without {names.of([each.agent_id or 0], short=True)}"
    return Piece(each.starts_at, each.ends_at, label, names.color(ids), title)


def _of_temporary(each: Temporary, schedule: Schedule, names: Names) -> Piece:
    ids = sorted(agent.pk for agent in each.agents.all())
    title = f"{temporaries.said(each)}, {stretch(each.starts_at, each.ends_at, schedule.zone)}"
    label = names.of(ids, short=True)
    return Piece(each.starts_at, each.ends_at, label, names.color(ids), title)


def _week(
    start: datetime, end: datetime, rows: list[tuple[str, str, list[Piece]]], local: Any
) -> Week:
    now, monday = clock.now(), start.astimezone(local).date()
    days = []
    for number in range(7):
        day = monday + timedelta(days=number)
        begins = wall.first(local, datetime(day.year, day.month, day.day))  # noqa: DTZ001
        is_today = day == now.astimezone(local).date()
        days.append(Day(day, _share(begins, start, end), is_today))
    drawn = tuple(Row(name, kind, _bars(pieces, start, end)) for name, kind, pieces in rows)
    place = _share(now, start, end) if start <= now < end else None
    return Week(start, end, tuple(days), drawn, place)


def _bars(pieces: list[Piece], start: datetime, end: datetime) -> tuple[Bar, ...]:
    bars = []
    for piece in pieces:
        first, last = max(piece.start, start), min(piece.end, end)
        if first < last:
            x = _share(first, start, end)
            bars.append(Bar(x, round(_share(last, start, end) - x, 3), piece))
    return tuple(bars)


def _share(instant: datetime, start: datetime, end: datetime) -> float:
    """Where an instant lies in a week, in real time: a week may have 167 or 169 hours (T3)."""
    begins, ends = start.astimezone(UTC), end.astimezone(UTC)
    return round((instant.astimezone(UTC) - begins) / (ends - begins) * 100, 3)
