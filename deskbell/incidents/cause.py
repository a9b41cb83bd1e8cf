"""A vendor's own incident is the cause: what it says is the evidence with which joined tickets wait (K5).

Waiting pauses the Resolution clock where the policy says so, and *Explain* gives the reason; the reply
clocks never pause (K7).
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet

from deskbell.incidents import sentences
from deskbell.incidents.alike.bases import bases_of
from deskbell.incidents.events import IncidentChanged, Kind, append, changing
from deskbell.incidents.models import Incident, IncidentEvent, IncidentTicket
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.savepoints import by_itself
from deskbell.lib.telling import tell
from deskbell.monitoring.models import VendorIncident
from deskbell.people.models import Agent, Person
from deskbell.people.notices import notify
from deskbell.tickets import moving_together
from deskbell.tickets.models import State, Ticket

MOST = 20
LONGEST_SLEEP = 15.0
LOOKED_BACK = timedelta(days=7)  # what ended before is history
log = logging.getLogger(__name__)


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


def step() -> float:
    """See to incidents whose vendor says that it is over (the worker)."""
    for number in _over():
        with by_itself(log, "Tickets of incident %s could not be put back", number):
            end_waiting(number)
    return LONGEST_SLEEP


def end_waiting(number: int) -> list[int]:
    """The vendor says that it is over, so nothing is paused for it any more: the tickets that wait because
    of it have the state again that they had, but for those that someone has moved since, and whoever leads
    hears of it. Returns their numbers. Told again it does nothing."""
    with changing(number) as locked:
        cause = locked.cause
        if cause is None or cause.ended_at is None or _was_told_over(locked):
            return []
        back = _put_back(locked, by=None)
        event = append(
            locked,
            Kind.CAUSE_OVER,
            vendor_incident=cause.pk,
            vendor=str(cause.vendor),
            title=cause.title,
            tickets=back,
        )
        tell(IncidentChanged(locked, event))
        if locked.lead:
            words = sentences.sentence(event)
            notify([locked.lead], f"Incident {number}: {words}", path=f"/incidents/{number}")
    return back


def _over() -> list[int]:
    """Incidents whose cause has ended lately and that were not told of it."""
    rows = Incident.objects.filter(cause__ended_at__gt=clock.now() - LOOKED_BACK)
    told = IncidentEvent.objects.filter(
        incident=OuterRef("pk"), kind=Kind.CAUSE_OVER, at__gte=OuterRef("cause__ended_at")
    )
    return list(rows.filter(~Exists(told)).values_list("pk", flat=True))


def _was_told_over(incident: Incident) -> bool:
    told = incident.events.filter(kind=Kind.CAUSE_OVER).order_by("-sequence").first()
    assert incident.cause and incident.cause.ended_at
    return told is not None and told.at >= incident.cause.ended_at


def could_wait(incident: Incident) -> int:
    """How many joined tickets are open and could wait for the vendor."""
    if incident.cause is None or incident.cause.ended_at is not None:
        return 0
    return _joined(incident).filter(state=State.OPEN).count()


def _detach(locked: Incident, by: Agent) -> list[int]:
    back, gone = _put_back(locked, by=by.person), locked.cause
    locked.cause = None
    locked.save(update_fields=["cause"])
    event = append(
        locked,
        Kind.CAUSE,
        by=by.person,
        vendor_incident=None,
        was=gone.title if gone else "",
        tickets=back,
    )
    tell(IncidentChanged(locked, event))
    return back


def _put_back(locked: Incident, *, by: Person | None) -> list[int]:
    back: list[int] = []
    for waited in _waits_since_attached(locked):
        states = {int(number): state for number, state in waited.data["before"].items()}
        back += moving_together.put_back(states, by=by, of=waited.data["together"])
    return sorted(back)


def _waits_since_attached(incident: Incident) -> list[IncidentEvent]:
    attached = incident.events.filter(kind=Kind.CAUSE).order_by("-sequence").first()
    waits = incident.events.filter(kind=Kind.WAITING)
    return list(waits.filter(sequence__gt=attached.sequence) if attached else waits)


def _joined(incident: Incident) -> QuerySet[Ticket]:
    rows = incident.tickets.filter(state=IncidentTicket.State.JOINED)
    return Ticket.objects.filter(pk__in=rows.values("ticket"))
