"""What an incident cost those whom it concerned: for each component, its time in trouble times districts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from deskbell.incidents import affected
from deskbell.incidents.models import Incident, IncidentTicket
from deskbell.look.words import duration
from deskbell.monitoring.models import Component
from deskbell.people.models import District
from deskbell.tickets.models import Ticket

State = Component.State
GRAVEST_FIRST = (State.MAJOR_OUTAGE, State.PARTIAL_OUTAGE, State.DEGRADED)


@dataclass(frozen=True)
class Suffered:
    """A component was not operational for so long, at worst in `worst`, for so many districts."""

    component: Component
    worst: State
    time: timedelta
    districts: int

    @property
    def district_hours(self) -> float:
        return self.time / timedelta(hours=1) * self.districts

    def __str__(self) -> str:
        return (
            f"{self.component}: {self.worst.label.lower()}, {duration(self.time)} for "
            f"{_many(self.districts, 'district')}, {self.district_hours:,.1f} district-hours"
        )


def impact_of(incident: Incident) -> list[Suffered]:
    """Each component that was not operational between its beginning and its end, by what the team told: the
    first state that was told counts from the beginning. The most district-hours first."""
    everyone = District.objects.count()
    found = []
    for row in incident.concerned.select_related("component"):
        spans = list(_spans(incident, row.component, row.state))
        time = sum((end - start for start, end, _ in spans), timedelta(0))
        if not time:
            continue
        worst = min((State(state) for _, _, state in spans), key=GRAVEST_FIRST.index)
        all_of_them, some = affected.districts_of([row.component])
        found.append(Suffered(row.component, worst, time, everyone if all_of_them else len(some)))
    return sorted(found, key=lambda each: (-each.district_hours, each.component.name))


def in_words(incident: Incident) -> str:
    """The same as lines, with how many wrote."""
    joined = incident.tickets.filter(state=IncidentTicket.State.JOINED)
    wrote = Ticket.objects.filter(pk__in=joined.values("ticket"), requester__isnull=False)
    places = wrote.exclude(district=None).values("district").distinct().count()
    lines = [str(each) for each in impact_of(incident)]
    if count := wrote.count():
        lines.append(f"{_many(count, 'ticket')} from {_many(places, 'district')}")
    return "\n".join(lines)


def _spans(
    incident: Incident, component: Component, now: str
) -> Iterator[tuple[datetime, datetime, str]]:
    """When it was in which trouble: from each update that says its state to the next that does."""
    told = [
        (update.at, part["state"])
        for update in incident.updates.order_by("id")
        for part in update.components
        if part["key"] == component.key
    ]
    states = [(incident.started_at, told[0][1] if told else now), *told, (incident.ends_at, "")]
    for (start, state), (end, _) in pairwise(states):
        if state in GRAVEST_FIRST and end > start:
            yield start, end, state


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
