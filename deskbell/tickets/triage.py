"""Judging the impact: by an agent, with the reason on record (P6)."""

from __future__ import annotations

from typing import Any

from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.people.models import Agent, Person
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


def set_impact_by_answers(
    ticket: Ticket, impact: Impact, *, by: Person, reason: str, **answers: Any
) -> Ticket:
    """The customer's own answers to the guided questions give the impact (P6); they stand with the event.
    Raises Refused once someone of the team has judged it: what people decided, questions don't undo."""
    with changing(ticket) as locked:
        if locked.is_closed:
            raise Refused(f"Ticket #{locked.number} is closed; its impact is history.")
        if was_judged(locked):
            raise Refused("The team has looked at this already. Write to them if it has changed.")
        if locked.impact != impact:
            before, locked.impact = locked.impact, impact
            locked.save(update_fields=["impact"])
            data = {"to": str(impact), "was": before, "reason": reason, **answers}
            tell(ImpactChanged(locked, append(locked, Kind.IMPACT, by=by, **data)))
    return locked


def was_judged(ticket: Ticket) -> bool:
    """Has someone of the team given this ticket its impact?"""
    return ticket.events.filter(kind=Kind.IMPACT, by__agent__isnull=False).exists()


def downgrade(ticket: Ticket, impact: Impact, *, reason: str) -> None:
    """The desk itself gives a locked ticket a lesser impact, as its operator has chosen (E7)."""
    before, ticket.impact = ticket.impact, impact
    ticket.save(update_fields=["impact"])
    event = append(ticket, Kind.IMPACT, to=str(impact), was=before, reason=reason)
    tell(ImpactChanged(ticket, event))
