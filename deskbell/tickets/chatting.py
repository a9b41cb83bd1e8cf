"""A conversation becomes live, and stops being so: while it is, two promises hold (K15)."""

from __future__ import annotations

from deskbell.lib.telling import tell
from deskbell.people.models import Person
from deskbell.tickets.events import Kind, LiveChanged, append, changing
from deskbell.tickets.models import Ticket


def begin_live(ticket: Ticket, *, visitor: Person | None) -> Ticket:
    """The visitor is (again) in the bubble. Nothing happens if they were already."""
    with changing(ticket) as locked:
        if not locked.live and not locked.is_closed:
            _set(locked, True)
            tell(LiveChanged(locked, append(locked, Kind.CHAT_STARTED, by=visitor)))
    return locked


def end_live(ticket: Ticket, *, why: str, by: Person | None = None) -> Ticket:
    """The visitor has gone, it goes on by mail, or an agent made it a ticket; `why` says which."""
    with changing(ticket) as locked:
        if locked.live:
            _set(locked, False)
            tell(LiveChanged(locked, append(locked, Kind.CHAT_ENDED, by=by, why=why)))
    return locked


def _set(ticket: Ticket, live: bool) -> None:
    ticket.live = live
    ticket.save(update_fields=["live"])
