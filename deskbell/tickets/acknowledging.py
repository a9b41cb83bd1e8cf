"""Alarms on a ticket: received again, ended by themselves, taken in hand by a person (K6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from deskbell.lib.telling import tell
from deskbell.people.models import Agent
from deskbell.tickets.events import Acknowledged, AlertNoted, Kind, append, changing
from deskbell.tickets.models import Ticket, TicketEvent

_OF_ALERTS = (Kind.ALERT_RECEIVED, Kind.ALERT_HELD, Kind.ALERT_ENDED, Kind.ACKNOWLEDGED)


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


def note_held(ticket: Ticket, *, episode: str, until: datetime) -> None:
    """Nobody is called about an episode of a locked ticket before `until`; its clock waits too (E7)."""
    event = append(ticket, Kind.ALERT_HELD, episode=episode, until=until.isoformat())
    tell(AlertNoted(ticket, event))


def note_woken(ticket: Ticket) -> None:
    """The held episodes of a locked ticket count as received now, and their clocks start (E7, K6)."""
    for episode, source in _held(ticket).items():
        event = append(ticket, Kind.ALERT_RECEIVED, episode=episode, source=source, woken=True)
        tell(AlertNoted(ticket, event))


def _held(ticket: Ticket) -> dict[str, str]:
    """The episodes that are held, with their source."""
    sources: dict[str, str] = {}
    held: dict[str, str] = {}
    for event in TicketEvent.objects.filter(ticket=ticket, kind__in=_OF_ALERTS).order_by(
        "sequence"
    ):
        episode = event.data["episode"]
        if event.kind == Kind.ALERT_RECEIVED:
            sources[episode] = event.data.get("source", "")
        if event.kind == Kind.ALERT_HELD:
            held[episode] = sources.get(episode, "")
        else:
            held.pop(episode, None)
    return held


def unacknowledged(ticket: Ticket) -> list[str]:
    """The episodes that were received and that no person has acknowledged, the oldest first."""
    return unacknowledged_by_ticket([ticket])[ticket.pk]


def unacknowledged_by_ticket(tickets: Iterable[Ticket]) -> dict[int, list[str]]:
    """`unacknowledged` for several tickets, by number, in one query."""
    kinds = [Kind.ALERT_RECEIVED, Kind.ACKNOWLEDGED]
    waiting: dict[int, dict[str, None]] = {ticket.pk: {} for ticket in tickets}
    events = TicketEvent.objects.filter(ticket__in=waiting, kind__in=kinds)
    for event in events.order_by("sequence"):
        if event.kind == Kind.ALERT_RECEIVED:
            waiting[event.ticket_id][event.data["episode"]] = None
        else:
            waiting[event.ticket_id].pop(event.data["episode"], None)
    return {number: list(episodes) for number, episodes in waiting.items()}
