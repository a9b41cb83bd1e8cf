"""A conversation becomes live, and stops being so: while it is, two promises hold (K15)."""

from __future__ import annotations

from typing import Any

from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.people.models import Agent, Person
from deskbell.tickets.events import Kind, LiveChanged, append, changing
from deskbell.tickets.models import Category, Ticket
from deskbell.tickets.triage import set_impact


def begin_live(ticket: Ticket, *, visitor: Person | None) -> Ticket:
    """The visitor is (again) in the bubble. Nothing happens if they were already."""
    with changing(ticket) as locked:
        if not locked.live and not locked.is_closed:
            _set(locked, True)
            tell(LiveChanged(locked, append(locked, Kind.CHAT_STARTED, by=visitor)))
    return locked


def end_live(ticket: Ticket, *, why: str, by: Person | None = None, **data: Any) -> Ticket:
    """The visitor has gone, it goes on by mail, or an agent made it a ticket; `why` says which. `data` is
    kept with the event."""
    with changing(ticket) as locked:
        if locked.live:
            _set(locked, False)
            tell(LiveChanged(locked, append(locked, Kind.CHAT_ENDED, by=by, why=why, **data)))
    return locked


def make_ticket(ticket: Ticket, *, category: str, impact: str, by: Agent) -> Ticket:
    """The conversation goes on as a ticket, by mail, with what kind of help it asks for and its impact; from
    now on the impact's promise holds alone (K15). Raises Refused for one that is not live."""
    if category not in Category.values:
        raise Refused(f"“{category}” is no category: choose {', '.join(Category.values)}.")
    with changing(ticket) as locked:
        if not locked.live:
            raise Refused("This is a ticket already: the live chat has ended.")
        set_impact(locked, impact, by=by, reason="Made a ticket")
        Ticket.objects.filter(pk=locked.pk).update(category=category)
        return end_live(locked, why=f"{by} made it a ticket", by=by.person, category=category)


def _set(ticket: Ticket, live: bool) -> None:
    ticket.live = live
    ticket.save(update_fields=["live"])
