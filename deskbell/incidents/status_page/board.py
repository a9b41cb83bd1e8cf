"""What the front page shows of systems: each component's state, its last 90 days, the sentence on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from deskbell.incidents import uptime
from deskbell.incidents.status_page.audience import Audience
from deskbell.incidents.status_page.stories import Story
from deskbell.incidents.status_page.words import HEADLINES
from deskbell.incidents.uptime import HURT, Span, State, Tally, worst
from deskbell.lib.zones import zone
from deskbell.monitoring.models import Component, Service

DAYS, MONTHS = 90, 12


@dataclass(frozen=True)
class Day:
    """A bar. `state` is the worst of the day, "" where nothing was there yet."""

    start: datetime
    state: str
    hurt: timedelta

    @property
    def is_hurt(self) -> bool:
        return self.state in HURT


@dataclass(frozen=True)
class Shown:
    """A component as its readers see it."""

    component: Component
    state: str
    days: Sequence[Day]
    percent: Decimal | None  # of the 90 days

    @property
    def hurt_days(self) -> list[Day]:
        """The days with trouble, the newest first."""
        return [day for day in reversed(self.days) if day.is_hurt]


@dataclass(frozen=True)
class Group:
    """A service with its components."""

    service: Service
    shown: Sequence[Shown]


@dataclass(frozen=True)
class MonthRow:
    """What was attained in a month, of all and of each component by its key."""

    first: date
    all_of_it: Tally
    each: Mapping[int, Tally]
    target: Decimal
    is_running: bool

    @property
    def is_met(self) -> bool:
        return self.all_of_it.meets(self.target)


@dataclass(frozen=True)
class Board:
    """All of it, for one audience at one instant."""

    groups: Sequence[Group]
    months: Sequence[MonthRow]  # the newest first
    headline: str  # a key of HEADLINES
    state: str  # by which the headline is drawn

    @property
    def shown(self) -> list[Shown]:
        return [each for group in self.groups for each in group.shown]

    @property
    def sentence(self) -> str:
        return HEADLINES[self.headline]


def history(components: Sequence[Component], now: datetime) -> Mapping[int, list[Span]]:
    """How each stood, as far back as any month or bar of any zone needs."""
    return uptime.timelines(components, now - timedelta(days=31 * MONTHS + 2), now)


def told_states(going_on: Sequence[Story]) -> Mapping[str, str]:
    """How components stand by the words of the team, as these tell them last, by their keys."""
    found: dict[str, str] = {}
    for each in (each for story in going_on for each in story.concerned):
        found[each["key"]] = worst([found.get(each["key"], ""), each["state"]])
    return found


def board(
    audience: Audience,
    spans: Mapping[int, list[Span]],
    told: Mapping[str, str],
    now: datetime,
) -> Board:
    """The board of an audience. `told` are the states that its own open incidents give."""
    edges = uptime.day_edges(audience.zone, audience.today(now), DAYS)
    edges[-1] = now
    groups: dict[int, Group] = {}
    for component in audience.components:
        shown = _shown(component, spans[component.pk], told, edges)
        group = groups.setdefault(component.service_id, Group(component.service, ()))
        groups[component.service_id] = replace(group, shown=(*group.shown, shown))
    found = list(groups.values())
    states = [each.state for group in found for each in group.shown]
    headline, state = _headline(states)
    return Board(found, _months(audience, spans, now), headline, state)


def with_open(board: Board, incidents: Sequence[Story]) -> Board:
    """An open incident that hurts no component is said all the same."""
    if incidents and board.headline in {"well", "empty"}:
        return replace(board, headline="incident", state=State.DEGRADED)
    return board


def _shown(
    component: Component,
    spans: Sequence[Span],
    told: Mapping[str, str],
    edges: Sequence[datetime],
) -> Shown:
    counted = uptime.tallies(spans, edges)
    days = [Day(start, each.worst, each.hurt) for start, each in zip(edges, counted, strict=False)]
    state = worst([component.state, told.get(component.key, "")])
    return Shown(component, state, days, sum(counted, Tally()).percent)


def _months(
    audience: Audience, spans: Mapping[int, list[Span]], now: datetime
) -> Sequence[MonthRow]:
    edges = uptime.month_edges(audience.zone, audience.today(now), MONTHS)
    edges[-1] = now
    rows = []
    for number in range(MONTHS):
        first = edges[number].astimezone(zone(audience.zone)).date()
        counts = audience.maintenance_counts(first)
        each = {
            pk: uptime.tallies(spans[pk], edges[number : number + 2], maintenance_counts=counts)[0]
            for pk in audience.keys
        }
        total = uptime.share(each)
        if total.counts:
            is_running = number == MONTHS - 1
            rows.append(MonthRow(first, total, each, audience.target(first), is_running))
    return rows[::-1]


def _headline(states: Sequence[str]) -> tuple[str, str]:
    if not states:
        return "empty", State.NOT_WATCHED
    gravest = worst(states)
    if gravest == State.MAJOR_OUTAGE and all(each == gravest for each in states):
        return ("all_down" if len(states) > 1 else gravest), gravest
    if gravest in HEADLINES:
        return gravest, gravest
    if State.UNKNOWN in states:
        return State.UNKNOWN, State.UNKNOWN
    return "well", State.OPERATIONAL
