"""A vendor's own incident is the cause: what it says is the evidence with which joined tickets wait (K5).

Waiting pauses the Resolution clock where the policy says so, and *Explain* gives the reason; the reply
clocks never pause (K7).
"""

from __future__ import annotations

from django.db.models import QuerySet

from deskbell.incidents.alike.bases import bases_of
from deskbell.incidents.events import IncidentChanged, Kind, append, changing
from deskbell.incidents.models import Incident, IncidentEvent, IncidentTicket
from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.monitoring.models import VendorIncident
from deskbell.people.models import Agent
from deskbell.tickets import moving_together
from deskbell.tickets.models import State, Ticket

MOST = 20


def proposed(incident: Incident) -> list[VendorIncident]:
    """What vendors have open now on a component that the incident concerns, or on which one stands; the
    newest first."""
    concerned = incident.concerned.values_list("component", flat=True)
    below = {base for bases in bases_of(concerned).values() for base in bases}
    rows = VendorIncident.objects.filter(ended_at=None, components__in=below).distinct()
    return list(rows.select_related("vendor").order_by("-started_at")[:MOST])


def in_words(cause: VendorIncident) -> str:
    """Who is waited for, and with what: “Google: Drive is slow”."""
    return f"{cause.vendor}: {cause.title}"[:200]


def attach(incident: Incident, cause: VendorIncident, *, by: Agent) -> Incident:
    """It is this vendor's doing. Takes another one's place; its tickets then wait no longer for that one.
    Nobody's ticket waits by it yet: `let_wait`."""
    with changing(incident) as locked:
        if locked.cause_id == cause.pk:
            return locked
        if locked.cause_id is not None:
            _detach(locked, by)
        locked.cause = cause
        locked.save(update_fields=["cause"])
        event = append(
            locked,
            Kind.CAUSE,
            by=by.person,
            vendor_incident=cause.pk,
            vendor=str(cause.vendor),
            title=cause.title,
            address=cause.address,
        )
        tell(IncidentChanged(locked, event))
    return locked


def detach(incident: Incident, *, by: Agent) -> list[int]:
    """It was not: the tickets that wait because of it have the state again that they had, but for those
    that someone has moved since. Returns their numbers."""
    with changing(incident) as locked:
        return _detach(locked, by) if locked.cause_id is not None else []


def let_wait(incident: Incident, *, by: Agent) -> list[int]:
    """Let each joined ticket that is open wait for the vendor; returns their numbers. Those that join later
    wait when it is said again. Raises Refused without a cause, or when the vendor says that it is over."""
    with changing(incident) as locked:
        cause = locked.cause
        if cause is None:
            raise Refused("Attach the vendor’s incident first: it is the evidence for the pause.")
        if cause.ended_at is not None:
            raise Refused(f"{cause.vendor} says that it is over, so nothing waits for it.")
        key = f"cause {locked.pk}/{locked.last_sequence + 1}"
        before = moving_together.wait_together(
            _joined(locked).values_list("pk", flat=True),
            by=by.person,
            because=in_words(cause),
            incident=locked.pk,
            vendor_incident=cause.pk,
            evidence=cause.address,
            together=key,
        )
        if before:
            event = append(
                locked,
                Kind.WAITING,
                by=by.person,
                vendor=str(cause.vendor),
                together=key,
                before={str(number): state for number, state in before.items()},
            )
            tell(IncidentChanged(locked, event))
    return sorted(before)


def could_wait(incident: Incident) -> int:
    """How many joined tickets are open and could wait for the vendor."""
    if incident.cause is None or incident.cause.ended_at is not None:
        return 0
    return _joined(incident).filter(state=State.OPEN).count()


def _detach(locked: Incident, by: Agent) -> list[int]:
    back: list[int] = []
    for waited in _waits_since_attached(locked):
        states = {int(number): state for number, state in waited.data["before"].items()}
        back += moving_together.put_back(states, by=by.person, of=waited.data["together"])
    gone = locked.cause
    locked.cause = None
    locked.save(update_fields=["cause"])
    event = append(
        locked,
        Kind.CAUSE,
        by=by.person,
        vendor_incident=None,
        was=gone.title if gone else "",
        tickets=sorted(back),
    )
    tell(IncidentChanged(locked, event))
    return sorted(back)


def _waits_since_attached(incident: Incident) -> list[IncidentEvent]:
    attached = incident.events.filter(kind=Kind.CAUSE).order_by("-sequence").first()
    waits = incident.events.filter(kind=Kind.WAITING)
    return list(waits.filter(sequence__gt=attached.sequence) if attached else waits)


def _joined(incident: Incident) -> QuerySet[Ticket]:
    rows = incident.tickets.filter(state=IncidentTicket.State.JOINED)
    return Ticket.objects.filter(pk__in=rows.values("ticket"))
