"""Declaring an incident, in one step: by hand, or from an alert, a ticket or a component."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from deskbell.incidents import affected
from deskbell.incidents.events import IncidentChanged, Kind, append
from deskbell.incidents.models import Incident, IncidentComponent, IncidentTicket, Severity
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.lib.text import plain
from deskbell.monitoring.models import Alert, Component
from deskbell.people.models import Agent
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket

State = Component.State
SEVERITY_OF = {
    Impact.URGENT: Severity.CRITICAL,
    Impact.HIGH: Severity.MAJOR,
    Impact.NORMAL: Severity.MINOR,
    Impact.LOW: Severity.MINOR,
}
STATE_OF = {
    Severity.CRITICAL: State.MAJOR_OUTAGE,
    Severity.MAJOR: State.PARTIAL_OUTAGE,
    Severity.MINOR: State.DEGRADED,
}
OF_INCIDENTS = (State.OPERATIONAL, State.DEGRADED, State.PARTIAL_OUTAGE, State.MAJOR_OUTAGE)


@transaction.atomic
def declare(
    title: str,
    *,
    severity: Severity,
    by: Agent,
    components: Mapping[Component, str] | None = None,
    alerts: Iterable[Alert] = (),
    tickets: Iterable[Ticket] = (),
    started_at: datetime | None = None,
    demo: bool = False,
) -> Incident:
    """Open an incident. `components` maps each to its state by the team's words. Whoever declares it
    leads it until someone else does. Customers hear of it with its first update. Raises Refused."""
    title = " ".join(plain(title).split())
    if not title:
        raise Refused(
            "Give it a title that customers understand, such as Applications don’t start."
        )
    if len(title) > 200:
        raise Refused("The title is too long: 200 letters at most.")
    now, alerts, tickets = clock.now(), list(alerts), list(tickets)
    if started_at and started_at > now:
        raise Refused("It can’t have begun in the future.")
    incident = Incident.objects.create(
        title=title,
        severity=severity,
        started_at=started_at or _first_sign(alerts, now),
        declared_at=now,
        declared_by=by,
        lead=by,
        demo=demo or any(ticket.demo for ticket in tickets),
        updated_at=now,
    )
    put_components(incident, components or {})
    incident.alerts.set(alerts)
    IncidentTicket.objects.bulk_create(
        IncidentTicket(incident=incident, ticket=ticket, state=IncidentTicket.State.JOINED, by=by)
        for ticket in tickets
    )
    affected.work_out(incident)
    event = append(
        incident,
        Kind.DECLARED,
        by=by.person,
        title=title,
        severity=str(severity),
        alerts=[alert.pk for alert in alerts],
        tickets=[ticket.pk for ticket in tickets],
    )
    tell(IncidentChanged(incident, event))
    return incident


def put_components(incident: Incident, components: Mapping[Component, str]) -> None:
    """Let a locked incident concern exactly these components, each in its state. Raises Refused."""
    if any(state not in OF_INCIDENTS for state in components.values()):
        raise Refused("A component is operational, degraded, or in a partial or major outage.")
    incident.concerned.exclude(component__in=list(components)).delete()
    for component, state in components.items():
        IncidentComponent.objects.update_or_create(
            incident=incident, component=component, defaults={"state": state}
        )


def from_alert(alert: Alert, *, by: Agent) -> Incident:
    """What an alert says, in one step; its ticket comes along."""
    severity = SEVERITY_OF[Impact(alert.impact)]
    return declare(
        alert.title[:200],
        severity=severity,
        by=by,
        components={alert.component: STATE_OF[severity]} if alert.component else {},
        alerts=[alert],
        tickets=[alert.ticket] if alert.ticket else [],
    )


def from_ticket(ticket: Ticket, *, by: Agent) -> Incident:
    """What a customer says, in one step; the alerts of the ticket come along."""
    if ticket.confidential:
        raise Refused("A billing thread is for its owners; the whole team would read of it there.")
    severity = SEVERITY_OF[Impact(ticket.impact)]
    alerts = list(ticket.alerts.select_related("component"))
    found = {alert.component: STATE_OF[severity] for alert in alerts if alert.component}
    return declare(
        ticket.subject[:200],
        severity=severity,
        by=by,
        components=found,
        alerts=alerts,
        tickets=[ticket],
        started_at=None if alerts else ticket.created_at,
    )


def from_component(component: Component, *, by: Agent) -> Incident:
    """A component is not well, in one step; its open alerts and their tickets come along."""
    severity = SEVERITY_OF[Impact(component.impact)]
    alerts = list(component.alerts.open().filter(is_drill=False).select_related("ticket"))
    tickets = {alert.ticket.pk: alert.ticket for alert in alerts if alert.ticket}
    state = component.state if component.state in OF_INCIDENTS[1:] else STATE_OF[severity]
    return declare(
        f"{component.name} has a problem",
        severity=severity,
        by=by,
        components={component: state},
        alerts=alerts,
        tickets=tickets.values(),
    )


def _first_sign(alerts: list[Alert], now: datetime) -> datetime:
    """When the oldest alert began, by its sender; its clock may be ahead of ours."""
    return min([now, *(alert.started_at for alert in alerts)])
