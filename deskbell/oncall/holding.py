"""Outside the hours of an impact its alerts may wait, or be taken for less grave (E7)."""

from __future__ import annotations

from datetime import datetime

from deskbell.lib import clock
from deskbell.monitoring.models import Alert
from deskbell.oncall.answering import answering_of
from deskbell.oncall.models import Answering, Call
from deskbell.sla.core import Coverage, Policy
from deskbell.sla.models import Standing
from deskbell.sla.policies import current_version, policy_numbered, policy_of
from deskbell.tickets.acknowledging import note_held, unacknowledged
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket
from deskbell.tickets.triage import downgrade

Outside = Answering.Outside
LESS = Impact.NORMAL  # what a downgraded alert becomes


def held_at_opening(ticket: Ticket, alert: Alert) -> datetime | None:
    """Until when an alert waits that came in just now; None if it pages at once."""
    if pages_always(alert.impact, alert):
        return None
    return _until(ticket, alert.impact, answering_of(alert.impact).opened_outside)


def held_at_boundary(call: Call, ticket: Ticket) -> datetime | None:
    """Until when a call waits whose hours have closed while it rang; None if it goes on."""
    if call.alert is None or pages_always(call.impact, call.alert):
        return None
    return _until(ticket, call.impact, answering_of(call.impact).at_boundary)


def hold(call: Call, ticket: Ticket, *, until: datetime) -> None:
    """Let a call about a locked ticket wait; the Acknowledge clocks of its alerts start when it wakes."""
    call.state, call.next_at, call.wakes_at = Call.State.HELD, until, until
    call.save(update_fields=["state", "next_at", "wakes_at"])
    for episode in unacknowledged(ticket):
        note_held(ticket, episode=episode, until=until)


def pages_always(impact: str, alert: Alert) -> bool:
    """An emergency knows no hours, nor does an alert of nobody knows what."""
    return impact == Impact.URGENT or alert.component_id is None


def is_promised_now(ticket: Ticket) -> bool:
    """Is the coverage of the ticket's impact open?"""
    return _is_open(_hours(ticket, ticket.impact))


def policy_held_to(ticket: Ticket) -> Policy:
    """The policy of promises that the ticket is held to (K9)."""
    standing = Standing.objects.filter(ticket=ticket).first()
    return policy_numbered(standing.version_id) if standing else policy_of(current_version())


def _until(ticket: Ticket, impact: str, choice: str) -> datetime | None:
    hours = _hours(ticket, impact)
    if choice == Outside.KEEP or not hours or _is_open(hours):
        return None
    if choice == Outside.DOWNGRADE and ticket.impact == impact:
        downgrade(ticket, LESS, reason="It came outside the hours of its impact")
        hours = _hours(ticket, LESS) or hours
        if _is_open(hours):
            return None
    return min(each.next_opening(clock.now()) for each in hours)


def _is_open(hours: list[Coverage]) -> bool:
    now = clock.now()
    return any(each.contains(now) for each in hours)


def _hours(ticket: Ticket, impact: str) -> list[Coverage]:
    bounds = policy_held_to(ticket).promises("first_reply", impact, chat=False)
    return [each.hours for each in bounds]
