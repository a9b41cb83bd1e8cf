"""How much of a time components could be used: the rule by which uptime is counted, and its arithmetic.

U1  At each instant a component is in the worse of two states: what monitoring knew, and what the team had
    told by then in an incident's updates. An incident counts from its start, not from when it was told.
U2  A major outage is downtime in full, a partial outage by three tenths, slowness not at all.
U3  Maintenance is left out of the time that counts. Where a contract counts it, it is downtime in full.
U4  While nothing was known, the time is left out: neither up nor down. What nothing watches counts as up
    unless an incident says otherwise.
U5  Days and months are those of the reader's zone: 23 or 25 hours long where the clocks change. A
    component counts from the instant at which it began.
U6  Several components: their downtime out of their time. Percentages are never rounded up.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

from deskbell.incidents.models import Incident, IncidentUpdate
from deskbell.lib.zones import zone
from deskbell.monitoring.models import Component, ComponentChange
from deskbell.monitoring.standing import GRAVITY
from deskbell.sla.core import wall

State = Component.State
NONE = timedelta(0)
TENTHS_DOWN = {State.MAJOR_OUTAGE: 10, State.PARTIAL_OUTAGE: 3}  # U2
LEFT_OUT = frozenset({State.UNKNOWN})  # U4
HURT = frozenset({State.DEGRADED, State.PARTIAL_OUTAGE, State.MAJOR_OUTAGE})


@dataclass(frozen=True)
class Span:
    """A component was in `state` from `start` until just before `end`."""

    start: datetime
    end: datetime
    state: str


@dataclass(frozen=True)
class Tally:
    """What was counted in a time: how much of it counts, how much of that was downtime, the worst state."""

    counts: timedelta = NONE
    down: timedelta = NONE
    worst: str = ""
    hurt: timedelta = NONE  # in any outage or slowness, in full: for people, not for the percentage

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.counts + other.counts,
            self.down + other.down,
            worst([self.worst, other.worst]),
            self.hurt + other.hurt,
        )

    @property
    def percent(self) -> Decimal | None:
        """In percent to three places, never rounded up (U6); None where nothing counts."""
        if not self.counts:
            return None
        up = (self.counts - self.down) // timedelta(microseconds=1)
        return Decimal(math.floor(100_000 * up / (self.counts // timedelta(microseconds=1)))) / 1000

    def meets(self, target: Decimal) -> bool:
        """Is the exact share, not the rounded one, at least the target in percent?"""
        up, all_of_it = self.counts - self.down, self.counts
        micro = timedelta(microseconds=1)
        return Decimal(up // micro) * 100 >= target * Decimal(all_of_it // micro)


def worst(states: Iterable[str]) -> str:
    """The gravest of them; "" if there is none."""
    return max((each for each in states if each), key=_gravity, default="")


def timelines(
    components: Sequence[Component], since: datetime, until: datetime
) -> dict[int, list[Span]]:
    """How each stood between the two instants, by its key; in four queries however many there are (U1)."""
    known = _by_monitoring(components, since, until)
    told = _by_incidents(components, since, until)
    return {each.pk: _merged(known[each.pk], told.get(each.pk, [])) for each in components}


def tallies(
    spans: Sequence[Span], edges: Sequence[datetime], *, maintenance_counts: bool = False
) -> list[Tally]:
    """One tally for each pair of neighboring edges, in one pass over spans that are in order."""
    found, at = [], 0
    for start, end in pairwise(edges):
        while at < len(spans) and spans[at].end <= start:
            at += 1
        total, here = Tally(), at
        while here < len(spans) and spans[here].start < end:
            span = spans[here]
            length = min(span.end, end) - max(span.start, start)
            total += _tally(span.state, length, maintenance_counts)
            here += 1
        found.append(total)
    return found


def day_edges(zone_name: str, last: date, days: int) -> list[datetime]:
    """The midnights of this many days up to and with `last`, and the one after it (U5)."""
    return [midnight(zone_name, last - timedelta(days=back)) for back in range(days - 1, -2, -1)]


def month_edges(zone_name: str, last: date, months: int) -> list[datetime]:
    """Likewise of whole months, the last of which holds `last` (U5)."""
    number = last.year * 12 + last.month - 1
    firsts = [divmod(number - back, 12) for back in range(months - 1, -2, -1)]
    return [midnight(zone_name, date(year, month + 1, 1)) for year, month in firsts]


def midnight(zone_name: str, day: date) -> datetime:
    """The first instant of a day in a zone."""
    return wall.first(zone(zone_name), datetime.combine(day, time()))


def _tally(state: str, length: timedelta, maintenance_counts: bool) -> Tally:
    if state == State.MAINTENANCE:  # U3
        return Tally(length, length, state) if maintenance_counts else Tally(worst=state)
    if state in LEFT_OUT:
        return Tally(worst=state)
    down = length * TENTHS_DOWN.get(State(state), 0) / 10
    return Tally(length, down, state, length if state in HURT else NONE)


def _by_monitoring(
    components: Sequence[Component], since: datetime, until: datetime
) -> dict[int, list[Span]]:
    """What monitoring knew; from when the component began (U5)."""
    rows = ComponentChange.objects.filter(component__in=components)
    before = (
        rows.filter(at__lte=since).order_by("component_id", "-at", "-id").distinct("component_id")
    )
    states = {row.component_id: row.state for row in before}
    moves: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    inside = rows.filter(at__gt=since, at__lt=until).order_by("component_id", "at", "id")
    for component, at, state in inside.values_list("component", "at", "state"):
        moves[component].append((at, state))
    found = {}
    for each in components:
        theirs = moves[each.pk]
        began = min([each.created_at, *(at for at, _ in theirs[:1])])
        start = since if each.pk in states else max(since, began)
        points = [(start, states.get(each.pk, State.NOT_WATCHED)), *theirs]
        ends = [at for at, _ in points[1:]] + [until]
        found[each.pk] = [
            Span(at, end, state) for (at, state), end in zip(points, ends, strict=True) if at < end
        ]
    return found


def _by_incidents(
    components: Sequence[Component], since: datetime, until: datetime
) -> dict[int, list[Span]]:
    """What the team had told: each update holds until the next, the first one from the start."""
    keys = {each.key: each.pk for each in components}
    told = Incident.objects.told().filter(started_at__lt=until).exclude(resolved_at__lte=since)
    updates: dict[int, list[IncidentUpdate]] = defaultdict(list)
    rows = IncidentUpdate.objects.filter(incident__in=told).order_by("incident_id", "at", "id")
    for update in rows.only("incident_id", "at", "components"):
        updates[update.incident_id].append(update)
    found: dict[int, list[Span]] = defaultdict(list)
    for incident in told.only("started_at", "resolved_at"):
        theirs = updates[incident.pk]
        last = min(incident.resolved_at or until, until)
        starts = [incident.started_at, *(each.at for each in theirs[1:])]
        for update, start, end in zip(theirs, starts, [*starts[1:], last], strict=True):
            start, end = max(start, since), min(end, last)
            for each in update.components:
                if each["key"] in keys and each["state"] in HURT and start < end:
                    found[keys[each["key"]]].append(Span(start, end, each["state"]))
    return found


def _merged(known: Sequence[Span], told: Sequence[Span]) -> list[Span]:
    """The worse of both at each instant. An incident of before the component began counts nothing."""
    if not told:
        return list(known)
    found: list[Span] = []
    for span in known:
        cuts = {at for each in told for at in (each.start, each.end) if span.start < at < span.end}
        points = sorted({span.start, span.end, *cuts})
        for start, end in pairwise(points):
            said = [each.state for each in told if each.start <= start < each.end]
            found.append(Span(start, end, worst([span.state, *said])))
    return found


def _gravity(state: str) -> int:
    return GRAVITY.index(State(state))


def share(tallied: Mapping[int, Tally]) -> Tally:
    """Of several components together (U6)."""
    return sum(tallied.values(), Tally())
