"""Alarms on a ticket: received again, ended by themselves, taken in hand by a person (K6)."""

from __future__ import annotations

from datetime import datetime

from deskbell.lib.telling import tell
from deskbell.people.models import Agent
from deskbell.tickets.events import Acknowledged, AlertNoted, Kind, append, changing
from deskbell.tickets.models import Ticket, TicketEvent


def acknowledge(ticket: Ticket, *, by: Agent) -> Ticket:
    """Take the alarm in hand: each episode not yet acknowledged is, and an idle ticket gets its agent.

    Acknowledging twice is no error and no second event: the pager's link and the inbox may race.
    """
    with changing(ticket) as locked:
        for episode in unacknowledged(locked):
            event = append(locked, Kind.ACKNOWLEDGED, by=by.person, episode=episode)
            if locked.assignee is None:
                locked.assignee = by
                locked.save(update_fields=["assignee"])
            tell(Acknowledged(locked, event))
    return locked


def note_received(ticket: Ticket, *, episode: str, source: str, at: datetime) -> Ticket:
    """Another alarm joins a ticket that exists."""
    with changing(ticket) as locked:
        event = append(locked, Kind.ALERT_RECEIVED, at=at, episode=episode, source=source)
        tell(AlertNoted(locked, event))
    return locked


def note_ended(ticket: Ticket, *, episode: str, at: datetime) -> Ticket:
    """The source says that it is over. The ticket stays open (K6)."""
    with changing(ticket) as locked:
        event = append(locked, Kind.ALERT_ENDED, at=at, episode=episode)
        tell(AlertNoted(locked, event))
    return locked


def unacknowledged(ticket: Ticket) -> list[str]:
    """The episodes that were received and that no person has acknowledged, the oldest first."""
    kinds = [Kind.ALERT_RECEIVED, Kind.ACKNOWLEDGED]
    waiting: dict[str, None] = {}
    for event in TicketEvent.objects.filter(ticket=ticket, kind__in=kinds).order_by("sequence"):
        if event.kind == Kind.ALERT_RECEIVED:
            waiting[event.data["episode"]] = None
        else:
            waiting.pop(event.data["episode"], None)
    return list(waiting)
