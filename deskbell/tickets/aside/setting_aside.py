"""Setting a ticket aside, as spam or into the trash, and bringing it back. Nobody is mailed by any of it.

A ticket that is set aside is closed, so no other verb touches it, and a customer's next words open a new
one. What it was before stands in the event.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.people.models import Agent
from deskbell.tickets.aside.models import Aside
from deskbell.tickets.events import BroughtBack, Kind, SetAside, append, changing
from deskbell.tickets.models import Channel, State, Ticket, TicketEvent


def mark_as_spam(ticket: Ticket, *, by: Agent) -> Ticket:
    """It leaves every list but *Spam*, and nothing is owed for it."""
    with changing(ticket) as locked:
        if locked.aside == Aside.TRASH:
            raise Refused(f"Ticket #{locked.number} is in the trash. Restore it first.")
        if not locked.aside:
            _set_aside(locked, Aside.SPAM, by=by)
    return locked


def delete(ticket: Ticket, *, by: Agent) -> Ticket:
    """It goes into the trash, and is erased for good when its grace is over."""
    if not by.manages:
        raise Refused("Only managers and administrators delete tickets.")
    with changing(ticket) as locked:
        if locked.aside != Aside.TRASH:
            _set_aside(locked, Aside.TRASH, by=by)
    return locked


def bring_back(ticket: Ticket, *, by: Agent) -> Ticket:
    """It is no spam; or it is restored from the trash, as what it was before (spam, if it was that)."""
    with changing(ticket) as locked:
        if locked.aside == Aside.TRASH and not by.manages:
            raise Refused("Only managers and administrators restore what was deleted.")
        if locked.aside:
            _bring_back(locked, by=by)
    return locked


def erased_at(ticket: Ticket) -> datetime | None:
    """When a deleted ticket is erased, at the earliest; None if it is not deleted."""
    if ticket.aside != Aside.TRASH or ticket.aside_at is None:
        return None
    return ticket.aside_at + grace()


def grace() -> timedelta:
    """How long a deleted ticket can be restored."""
    return timedelta(days=settings.TRASH_DAYS)


def last_setting_aside(ticket: Ticket) -> TicketEvent:
    """The event by which it is where it is: who did it, when, and what it was before."""
    return ticket.events.filter(kind=Kind.SET_ASIDE).latest("sequence")


def _set_aside(ticket: Ticket, to: Aside, *, by: Agent) -> None:
    _refuse_what_stays(ticket)
    if ticket.aside:  # spam that is deleted: what it was before that is known
        before = last_setting_aside(ticket).data | {"from": str(ticket.aside)}
    else:
        until = ticket.snoozed_until
        before = {"was": str(ticket.state), "snoozed": until.isoformat() if until else ""}
    event = append(ticket, Kind.SET_ASIDE, by=by.person, **before | {"to": str(to)})
    _save(ticket, State.CLOSED, to, since=event.at, snoozed_until=None)
    tell(SetAside(ticket, event))


def _bring_back(ticket: Ticket, *, by: Agent) -> None:
    data = last_setting_aside(ticket).data
    if ticket.aside == Aside.TRASH and data.get("from"):
        kept = {name: value for name, value in data.items() if name != "from"}
        event = append(ticket, Kind.SET_ASIDE, by=by.person, **kept | {"to": data["from"]})
        _save(ticket, State.CLOSED, data["from"], since=event.at, snoozed_until=None)
        tell(SetAside(ticket, event))
        return
    until = datetime.fromisoformat(data["snoozed"]) if data["snoozed"] else None
    came_from = str(ticket.aside)
    _save(ticket, data["was"], "", since=None, snoozed_until=_still_to_come(until))
    tell(BroughtBack(ticket, append(ticket, Kind.BROUGHT_BACK, by=by.person, of=came_from)))


def _still_to_come(until: datetime | None) -> datetime | None:
    return until if until and until > clock.now() else None


def _save(
    ticket: Ticket,
    state: str,
    aside: str,
    *,
    since: datetime | None,
    snoozed_until: datetime | None,
) -> None:
    ticket.state, ticket.aside, ticket.aside_at = state, aside, since
    ticket.snoozed_until = snoozed_until
    ticket.save(update_fields=["state", "aside", "aside_at", "snoozed_until"])


def _refuse_what_stays(ticket: Ticket) -> None:
    if ticket.live:
        raise Refused("Someone is in the chat and waits there. End the chat first.")
    if ticket.channel == Channel.ALERT:
        raise Refused("An alarm’s ticket stays: it shows who was called, and who answered.")
    if ticket.merged_into_id:
        raise Refused(
            f"Ticket #{ticket.number} went into #{ticket.merged_into_id}, and its messages with it."
        )
