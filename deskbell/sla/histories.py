"""A ticket's events in the words of `sla.core`: the only road from the journal to the clocks."""

from __future__ import annotations

from collections.abc import Iterable

from deskbell.sla import core
from deskbell.tickets.events import Kind
from deskbell.tickets.models import TicketEvent

# What moves no clock is left out: who it is assigned to, and what the timers noted.
_SAME_NAME = {
    Kind.CUSTOMER_MESSAGE,
    Kind.AGENT_REPLY,
    Kind.NOTE,
    Kind.AUTOMATIC,
}


def history_of(events: Iterable[TicketEvent]) -> list[core.Event]:
    """The events of one ticket, in their order, as the pure core reads them."""
    return [read for event in events if (read := _read(event)) is not None]


def _read(event: TicketEvent) -> core.Event | None:
    if event.kind in _SAME_NAME:
        return core.Event(event.at, event.kind)
    if event.kind == Kind.OPENED:
        return core.Event(
            event.at, "created", impact=event.data["impact"], channel=event.data["channel"]
        )
    if event.kind in {Kind.STATE, Kind.IMPACT}:
        return core.Event(event.at, event.kind, to=event.data["to"])
    return None
