"""A ticket's events in the words of `sla.core`: the only road from the journal to the clocks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from deskbell.sla import core
from deskbell.sla.policies import policy_numbered
from deskbell.tickets.events import Kind
from deskbell.tickets.models import TicketEvent

# What moves no clock has no place here: whose ticket it is, and what the timers noted.
_READ_AS = {
    Kind.OPENED: core.Kind.CREATED,
    Kind.CUSTOMER_MESSAGE: core.Kind.CUSTOMER_MESSAGE,
    Kind.AGENT_REPLY: core.Kind.AGENT_REPLY,
    Kind.REPLY_UNDONE: core.Kind.REPLY_UNDONE,
    Kind.UPDATE: core.Kind.UPDATE,
    Kind.NOTE: core.Kind.NOTE,
    Kind.AUTOMATIC: core.Kind.AUTOMATIC,
    Kind.STATE: core.Kind.STATE,
    Kind.IMPACT: core.Kind.IMPACT,
    Kind.POLICY: core.Kind.POLICY,
    Kind.CHAT_STARTED: core.Kind.CHAT_STARTED,
    Kind.CHAT_ENDED: core.Kind.CHAT_ENDED,
    Kind.ALERT_RECEIVED: core.Kind.ALERT_RECEIVED,
    Kind.ALERT_ENDED: core.Kind.ALERT_ENDED,
    Kind.ALERT_HELD: core.Kind.ALERT_ENDED,  # received again when it wakes: its clock starts then
    Kind.ACKNOWLEDGED: core.Kind.ACKNOWLEDGED,
    Kind.ESCALATED: core.Kind.ESCALATED,
    Kind.TAKEN_OVER: core.Kind.TAKEN,
    Kind.HANDED_BACK: core.Kind.HANDED_BACK,
    Kind.MERGED_AWAY: core.Kind.MERGED_AWAY,
    Kind.MERGED_IN: core.Kind.MERGED_IN,
    Kind.UNMERGED: core.Kind.UNMERGED,
    Kind.SPLIT_AWAY: core.Kind.SPLIT_AWAY,
    Kind.SPLIT_OFF: core.Kind.SPLIT_OFF,
    Kind.UNSPLIT: core.Kind.UNSPLIT,
    Kind.SET_ASIDE: core.Kind.SET_ASIDE,
    Kind.BROUGHT_BACK: core.Kind.BROUGHT_BACK,
    Kind.PUT_BACK: core.Kind.MERGED_AWAY,  # it goes into the ticket that it came from
}


def history_of(events: Iterable[TicketEvent]) -> list[core.Event]:
    """The events of one ticket, in their order, as the pure core reads them."""
    found = [event for event in events if event.kind in _READ_AS]
    never = _moves_that_never_were(found)
    return [_read(event) for event in found if not _is_told(event) and event.sequence not in never]


def _moves_that_never_were(events: list[TicketEvent]) -> set[int]:
    """A reply that was undone takes the changes of state along that came with it (K1)."""
    undone = (event for event in events if event.kind == Kind.REPLY_UNDONE)
    return {sequence for event in undone for sequence in event.data.get("moves", ())}


def _is_told(event: TicketEvent) -> bool:
    """The first message: its words are already part of the opening (K2)."""
    return bool(event.data.get("first"))


def _read(event: TicketEvent) -> core.Event:
    if event.kind == Kind.POLICY:
        policy = policy_numbered(event.data["to"])
        return core.Event(at=event.at, kind=core.Kind.POLICY, policy=policy)
    carried = {
        name: read(event.data[key]) for key, (name, read) in _DATA.items() if key in event.data
    }
    return core.Event(at=event.at, kind=_READ_AS[Kind(event.kind)], **carried)


_DATA: dict[str, tuple[str, Any]] = {
    "to": ("to", str),
    "because": ("because", str),
    "impact": ("impact", str),
    "words": ("words", str),
    "episode": ("key", str),
    "key": ("key", str),
    "received": ("received", datetime.fromisoformat),
    "held": ("held", bool),
    "merge": ("key", str),
    "split": ("key", str),
    "unanswered": ("received", datetime.fromisoformat),
}
