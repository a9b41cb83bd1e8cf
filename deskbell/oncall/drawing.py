"""What the on-call screens draw: four weeks as strips, turns as a list, and a call's story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from deskbell.lib import clock
from deskbell.lib.zones import zone
from deskbell.look.words import moment
from deskbell.oncall import rota, schedules
from deskbell.oncall.models import Call, Schedule
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent

WEEKS = 4
FURTHEST = timedelta(days=62)  # looked beyond the last week drawn, for the end of a turn
COLORS = 6
WIDTH = 1000  # of a week, in the strip's own units


@dataclass(frozen=True)
class Turn:
    """Someone's time on call, by the schedule's wall clock."""

    people: tuple[Agent, ...]
    start: datetime
    end: datetime
    now: bool
    endless: bool  # nobody else follows

    @property
    def names(self) -> str:
        return " and ".join(str(agent) for agent in self.people)


@dataclass(frozen=True)
class Bar:
    """A piece of a turn inside one week's strip; `color` counts from 1."""

    x: float
    width: float
    names: str
    color: int


@dataclass(frozen=True)
class Week:
    """One strip: from Monday to Monday, a bar a turn. `now` is where the present instant lies."""

    starts: datetime
    bars: tuple[Bar, ...]
    now: float | None


def picture(schedule: Schedule) -> dict[str, Any]:
    """Everything that the rota's screen shows of the schedule."""
    local, now = zone(schedule.zone), clock.now()
    mondays = _mondays(now.astimezone(local))
    turns = _turns(schedule, min(mondays[0], now), mondays[-1], now)
    layer = schedule.layers.get(place=1)
    seats = {turn.agent_id: turn.place for turn in layer.turns.all()}
    colors = _colors(turns)
    coming = [turn for turn in turns if turn.end > now]
    return {
        "schedule": schedule,
        "layer": layer,
        "seats": seats,
        "weekday": layer.handoff_on.weekday(),
        "present": next((turn for turn in coming if turn.now), None),
        "following": next((turn for turn in coming if not turn.now), None),
        "turns": coming,
        "colors": colors,
        "weeks": _weeks(turns, mondays, now, colors),
    }


def call_story(call: Call, reader: Agent) -> dict[str, str]:
    """When the call began, by the reader's wall clock, and how long it took until it ended."""
    opened = moment(call.opened_at, reader.person.zone or the_desk().zone)
    if call.ended_at is None:
        return {"opened": opened, "took": ""}
    minutes, seconds = divmod(round((call.ended_at - call.opened_at).total_seconds()), 60)
    took = f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
    return {"opened": opened, "took": took}


def _mondays(local: datetime) -> list[datetime]:
    """The midnights that begin each week shown, and the one that ends the last."""
    today = local.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    return [monday + timedelta(weeks=week) for week in range(WEEKS + 1)]


def _turns(schedule: Schedule, start: datetime, end: datetime, now: datetime) -> list[Turn]:
    """The turns that begin before `end`, each to its real end."""
    horizon = end + FURTHEST
    found = rota.final(schedules.arithmetic(schedule), start, horizon)
    local = zone(schedule.zone)
    return [
        Turn(
            people=tuple(schedules.in_order(each.people)),
            start=each.start.astimezone(local),
            end=each.end.astimezone(local),
            now=each.start <= now < each.end,
            endless=each.end >= horizon,
        )
        for each in found
        if each.start < end
    ]


def _colors(turns: list[Turn]) -> dict[str, int]:
    colors: dict[str, int] = {}
    for turn in turns:
        colors.setdefault(turn.names, len(colors) % COLORS + 1)
    return colors


def _weeks(
    turns: list[Turn], mondays: list[datetime], now: datetime, colors: dict[str, int]
) -> list[Week]:
    return [
        Week(start, tuple(_bars(turns, start, end, colors)), _place(now, start, end))
        for start, end in pairwise(mondays)
    ]


def _bars(turns: list[Turn], start: datetime, end: datetime, colors: dict[str, int]) -> list[Bar]:
    bars = []
    for turn in turns:
        first, last = max(turn.start, start), min(turn.end, end)
        if first < last:
            x = _share(first, start, end)
            width = _share(last, start, end) - x
            bars.append(Bar(round(x, 2), round(width, 2), turn.names, colors[turn.names]))
    return bars


def _place(now: datetime, start: datetime, end: datetime) -> float | None:
    return round(_share(now, start, end), 2) if start <= now < end else None


def _share(instant: datetime, start: datetime, end: datetime) -> float:
    """Where an instant lies in a week, in real time: a week may have 167 or 169 hours (T3)."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    return (instant.astimezone(UTC) - start) / (end - start) * WIDTH
