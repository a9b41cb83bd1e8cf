"""Where an alert belongs: its component, its group, and the ticket that its group has already (E5)."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.db.models import Q

from deskbell.lib import clock
from deskbell.lib.remembering import remembered
from deskbell.monitoring.intake.normal import Reported
from deskbell.monitoring.models import Alert, Component, Source
from deskbell.tickets.models import State, Ticket

LABELS = ("component", "service", "job")  # of which the first that names one of ours counts
STORM = 10  # open alerts without a group from one source ...
WITHIN = timedelta(minutes=10)  # ... that are a storm, and share a ticket from then on
JOINED_FOR = timedelta(
    minutes=30
)  # after the last word of a group, the next alert is another story


def component_of(reported: Reported, source: Source) -> Component | None:
    """The component whose key the alert names, by itself or by a label; else that of its source."""
    named = [reported.component, *(reported.labels.get(label, "") for label in LABELS)]
    keys = [name for name in named if name and len(name) <= 64]
    known = (_with_key(key) for key in keys)
    return next((each for each in known if each), source.component)


@remembered
def _with_key(key: str) -> Component | None:
    return Component.objects.filter(key=key).first()


def group_of(alert: Alert, reported: Reported) -> str:
    """Alerts of one component belong together, else those that their sender puts together, else those
    of a storm from one source; the impact is part of it, so a grave one joins no light one."""
    if alert.component_id:
        return f"component {alert.component_id} {alert.impact}"
    if reported.group:
        return f"{alert.source_id} {alert.impact} {reported.group}"[:200]
    alone = Alert.objects.open().filter(
        source=alert.source_id, component=None, received_at__gt=clock.now() - WITHIN
    )
    if len(alone.values_list("pk")[:STORM]) < STORM:
        return ""
    return f"storm {alert.source_id} {alert.impact}"


def ticket_of_group(alert: Alert) -> Ticket | None:
    """The open ticket of the alert's group. Held until commit, so that two workers open no two."""
    if not alert.group:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"alerts of {alert.group}"])
    newest = (
        Alert.objects.filter(group=alert.group, ticket__isnull=False)
        .filter(Q(state=Alert.State.OPEN) | Q(last_seen_at__gt=clock.now() - JOINED_FOR))
        .exclude(ticket__state__in=[State.SOLVED, State.CLOSED])
        .select_related("ticket")
        .order_by("-id")
        .first()
    )
    return newest.ticket if newest else None
