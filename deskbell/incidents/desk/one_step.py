"""Declaring with one press: pressed twice, or by two people at once, it is one incident."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from deskbell.incidents import declaring
from deskbell.incidents.models import Incident, IncidentTicket, Severity
from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.monitoring.models import Alert, Component
from deskbell.people.models import Agent
from deskbell.tickets.models import Ticket

TWICE_WITHIN = timedelta(minutes=1)


@transaction.atomic
def from_alert(number: int, *, by: Agent) -> Incident:
    """The open incident of an alert, declared if there is none. Raises NotFound."""
    rows = Alert.objects.select_for_update(of=("self",))
    alert = rows.select_related("component", "ticket").filter(pk=number).first()
    if alert is None:
        raise NotFound("There is no such alert.")
    return _newest(alerts=alert) or declaring.from_alert(alert, by=by)


@transaction.atomic
def from_ticket(ticket: Ticket, *, by: Agent) -> Incident:
    """The open incident that a ticket has joined, declared if there is none."""
    locked = Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
    joined = IncidentTicket.State.JOINED
    known = _newest(tickets__ticket=locked, tickets__state=joined)
    return known or declaring.from_ticket(locked, by=by)


@transaction.atomic
def from_component(pk: int, *, by: Agent) -> Incident:
    """The open incident that concerns a component, declared if there is none. Raises NotFound."""
    component = Component.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if component is None:
        raise NotFound("There is no such component.")
    return _newest(concerned__component=component) or declaring.from_component(component, by=by)


@transaction.atomic
def by_hand(
    title: str,
    *,
    severity: str,
    by: Agent,
    components: Mapping[Component, str],
    started_at: datetime | None,
) -> Incident:
    """Declare what a form says. The same again within a minute is the same incident. Raises Refused."""
    if severity not in Severity.values:
        raise Refused("Choose how bad it is: critical, major or minor.")
    Agent.objects.select_for_update(no_key=True).get(pk=by.pk)
    just_now = clock.now() - TWICE_WITHIN
    same = {"title": " ".join(title.split()), "declared_by": by, "declared_at__gte": just_now}
    if known := _newest(**same):
        return known
    return declaring.declare(
        title,
        severity=Severity(severity),
        by=by,
        components=components,
        started_at=started_at,
    )


def _newest(**which: object) -> Incident | None:
    return Incident.objects.open().filter(**which).order_by("-number").first()
