"""The list of incidents: what goes on, what the desk proposes, what is past. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from deskbell.incidents.models import Incident, IncidentTicket, Proposal
from deskbell.incidents.models.incidents import Incidents
from deskbell.look.words import duration

ON_A_PAGE = 25
MOST_PROPOSALS = 20


@dataclass(frozen=True)
class Row:
    """An incident in the list, with what is counted for it."""

    incident: Incident
    joined: int
    districts: int
    components: list[str]

    @property
    def lasted(self) -> str:
        """How long it went on; only for one that is over."""
        return lasted(self.incident.started_at, self.incident.ends_at)


def lasted(start: datetime, end: datetime) -> str:
    """“2 h 5 min”."""
    return duration(max(end - start, timedelta()))


def open_rows() -> list[Row]:
    """Those that go on, the gravest first, then the newest."""
    by_gravity = {"critical": 0, "major": 1, "minor": 2}
    rows = _rows(Incident.objects.open().order_by("-number"))
    return sorted(rows, key=lambda row: by_gravity.get(row.incident.severity, 3))


def past_rows(page: int) -> tuple[list[Row], bool]:
    """Those of a page that are over, the last first; and whether there are more."""
    start = (page - 1) * ON_A_PAGE
    past = Incident.objects.exclude(resolved_at=None).order_by("-resolved_at", "-number")
    rows = _rows(past[start : start + ON_A_PAGE + 1])
    return rows[:ON_A_PAGE], len(rows) > ON_A_PAGE


def proposals() -> list[Proposal]:
    """What the desk thinks may be an incident, the one that grew last first."""
    found = Proposal.objects.filter(state=Proposal.State.OPEN).select_related("component")
    counted = found.annotate(
        alerts_count=Count("alerts", distinct=True), tickets_count=Count("tickets", distinct=True)
    )
    return list(counted.order_by("-changed_at")[:MOST_PROPOSALS])


def _rows(incidents: Incidents) -> list[Row]:
    found = incidents.select_related("lead__person").prefetch_related("concerned__component")
    counted: Iterable[Any] = found.annotate(joined_count=_joined(), districts_count=_districts())
    return [
        Row(
            incident,
            incident.joined_count,
            incident.districts_count,
            [each.component.name for each in incident.concerned.all()],
        )
        for incident in counted
    ]


def _joined() -> Coalesce:
    joined = IncidentTicket.objects.filter(
        incident=OuterRef("pk"), state=IncidentTicket.State.JOINED
    )
    return _counted(joined.order_by().values("incident"))


def _districts() -> Coalesce:
    through = Incident.districts.through.objects.filter(incident=OuterRef("pk"))
    return _counted(through.order_by().values("incident"))


def _counted(rows: QuerySet[Any, Any]) -> Coalesce:
    """How many there are, in a query of its own: two joins would multiply each other."""
    count = Subquery(rows.annotate(count=Count("pk")).values("count"), output_field=IntegerField())
    return Coalesce(count, Value(0))
