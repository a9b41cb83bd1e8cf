"""Judging the impact: by an agent, with the reason on record (P6)."""

from __future__ import annotations

from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.people.models import Agent
from deskbell.tickets.events import ImpactChanged, Kind, append, changing
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket


def set_impact(ticket: Ticket, impact: str, *, by: Agent, reason: str = "") -> Ticket:
    """Give the ticket another impact; the clocks follow (K8). The same impact changes nothing."""
    if impact not in Impact.values:
        raise Refused(f"“{impact}” is no impact: choose {', '.join(Impact.values)}.")
    with changing(ticket) as locked:
        if locked.is_closed:
            raise Refused(f"Ticket #{locked.number} is closed; its impact is history.")
        if locked.impact != impact:
            before, locked.impact = locked.impact, impact
            locked.save(update_fields=["impact"])
            event = append(
                locked, Kind.IMPACT, by=by.person, to=impact, was=before, reason=reason.strip()
            )
            tell(ImpactChanged(locked, event))
    return locked


def downgrade(ticket: Ticket, impact: Impact, *, reason: str) -> None:
    """The desk itself gives a locked ticket a lesser impact, as its operator has chosen (E7)."""
    before, ticket.impact = ticket.impact, impact
    ticket.save(update_fields=["impact"])
    event = append(ticket, Kind.IMPACT, to=str(impact), was=before, reason=reason)
    tell(ImpactChanged(ticket, event))
