"""The timeline that writes itself: what was done to the incident, and what was seen and heard meanwhile.

Nothing is copied: alerts, pages, checks and vendors are read where they are, in a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from deskbell.incidents.models import Incident, IncidentTicket, IncidentUpdate
from deskbell.incidents.sentences import sentence
from deskbell.monitoring.models import CheckChange, ComponentChange
from deskbell.tickets.events import Kind as TicketKind
from deskbell.tickets.models import TicketEvent

AROUND = timedelta(minutes=30)  # what was seen just before it began, and just after its end
MOST = 500  # of each source

# What a reader may look at alone; the first shows all.
FILTERS = {
    "": "All",
    "told": "Updates",
    "note": "Notes",
    "done": "Actions",
    "alert": "Alerts",
    "seen": "Checks",
}


@dataclass(frozen=True)
class Entry:
    """Something that happened. `key` names it on the page; `kind` is one of FILTERS and for the eye."""

    at: datetime
    key: str
    kind: str
    text: str
    who: str = ""
    path: str = ""
    words: str = ""  # what was written: a note, or an update
    update: IncidentUpdate | None = None
    order: int = field(default=0, compare=False)


def entries_of(incident: Incident, *, only: str = "", newest_first: bool = False) -> list[Entry]:
    """Everything that is known, in order; `only` one of FILTERS. A fixed number of queries."""
    found = [
        *_own(incident),
        *_alerts(incident),
        *_pages(incident),
        *_components(incident),
        *_checks(incident),
        *_vendor(incident),
    ]
    found.sort(key=lambda entry: (entry.at, entry.order), reverse=newest_first)
    return [entry for entry in found if entry.kind == only] if only else found


def span(incident: Incident) -> tuple[datetime, datetime]:
    """From when to when what is seen belongs to it."""
    return incident.started_at - AROUND, incident.ends_at + AROUND


def _own(incident: Incident) -> Iterator[Entry]:
    updates = {
        update.pk: update
        for update in incident.updates.select_related("by__person").prefetch_related(
            "wordings__district"
        )
    }
    for event in incident.events.select_related("by"):
        update = updates.get(event.data.get("update", 0)) if event.kind == "update" else None
        text = sentence(event)
        if not text:
            continue
        yield Entry(
            event.at,
            f"own-{event.sequence}",
            {"update": "told", "note": "note"}.get(event.kind, "done"),
            text,
            who=str(event.by or ""),
            words=update.text if update else event.data.get("text", ""),
            update=update,
            order=event.sequence,
        )


def _alerts(incident: Incident) -> Iterator[Entry]:
    for alert in incident.alerts.select_related("source").order_by("started_at", "pk")[:MOST]:
        path = f"/alerts/{alert.pk}"
        text = f"Alert by {alert.source}: {alert.title}"
        yield Entry(alert.started_at, f"alert-{alert.pk}", "alert", text, path=path)
        if alert.ended_at:
            key = f"alert-{alert.pk}-over"
            yield Entry(alert.ended_at, key, "alert", f"Over: {alert.title}", path=path)


def _pages(incident: Incident) -> Iterator[Entry]:
    """Who was called about a joined ticket, and who answered."""
    start, end = span(incident)
    joined = incident.tickets.filter(state=IncidentTicket.State.JOINED)
    events = TicketEvent.objects.filter(
        ticket__in=joined.values("ticket"),
        kind__in=[TicketKind.PAGED, TicketKind.ACKNOWLEDGED],
        at__range=(start, end),
    )
    for event in events.select_related("by").order_by("at", "pk")[:MOST]:
        path = f"/tickets/{event.ticket_id}"
        if event.kind == TicketKind.PAGED:
            paged = event.data.get("agent", "Whoever is on call")
            text = f"{paged} was paged about #{event.ticket_id}"
            if event.data.get("call"):
                path = f"/oncall/calls/{event.data['call']}"
        else:
            text = f"acknowledged #{event.ticket_id}"
        who = str(event.by or "") if event.kind == TicketKind.ACKNOWLEDGED else ""
        yield Entry(event.at, f"ticket-{event.pk}", "alert", text, who=who, path=path)


def _components(incident: Incident) -> Iterator[Entry]:
    changes = ComponentChange.objects.filter(
        component__concerned_by__incident=incident, at__range=span(incident)
    )
    for change in changes.select_related("component").order_by("at", "pk")[:MOST]:
        why = f": {change.why}" if change.why else ""
        text = f"{change.component} was seen as {change.get_state_display().lower()}{why}"
        path = f"/components/{change.component_id}"
        yield Entry(change.at, f"component-{change.pk}", "seen", text, path=path)


def _checks(incident: Incident) -> Iterator[Entry]:
    changes = CheckChange.objects.filter(
        of__component__concerned_by__incident=incident, at__range=span(incident)
    )
    for change in changes.select_related("of").order_by("at", "pk")[:MOST]:
        said = f": {change.said}" if change.said else ""
        text = f"Check {change.of} turned {change.get_state_display().lower()}{said}"
        yield Entry(change.at, f"check-{change.pk}", "seen", text, path=f"/checks/{change.of_id}")


def _vendor(incident: Incident) -> Iterator[Entry]:
    """What the vendor told whose trouble is the cause."""
    cause = incident.cause
    for number, update in enumerate(cause.updates if cause else []):
        try:
            at = datetime.fromisoformat(str(update.get("at", "")))
        except ValueError:
            continue
        if at.tzinfo is None:
            continue
        state = f" ({update['state']})" if update.get("state") else ""
        yield Entry(
            at,
            f"vendor-{len(cause.updates) - number}" if cause else "",
            "seen",
            f"{cause.vendor if cause else 'The vendor'}{state}",
            words=str(update.get("text", "")),
            path=cause.address if cause else "",
        )
