"""Moving a ticket between its states, and closing what has been solved for two weeks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.people.models import Agent, Person
from deskbell.tickets.events import Kind, StateChanged, append, changing
from deskbell.tickets.fields.setting import refuse_unless_filled_in
from deskbell.tickets.models import Message, Side, State, Ticket, TicketEvent

CLOSED_AFTER = timedelta(days=14)
_SPOKEN = [Kind.CUSTOMER_MESSAGE, Kind.AGENT_REPLY, Kind.UPDATE, Kind.MOVED_HERE]


class Unanswered(Refused):
    """The customer's last message has no answer; it can be solved nevertheless (K14)."""

    way_out = "unanswered"


def set_state(
    ticket: Ticket,
    to: str,
    *,
    by: Agent,
    unanswered: bool = False,
    incomplete: bool = False,
    **evidence: Any,
) -> Ticket:
    """Move the ticket to open, pending, waiting or solved; `evidence` is kept with the event.

    Solving it while the customer's last message has no answer is refused, unless `unanswered`
    says that this is meant (K14); and while a custom field that is needed is empty, unless the desk itself
    solves it, or brings back that it was (`incomplete`).
    """
    if to not in State.values or to == State.CLOSED:
        raise Refused(f"“{to}” is no state to choose: take open, pending, waiting or solved.")
    with changing(ticket) as locked:
        if locked.is_closed:
            raise Refused(f"Ticket #{locked.number} is closed. A new message opens a new ticket.")
        if to == State.SOLVED != locked.state and not incomplete:
            refuse_unless_filled_in(locked)
        if to == State.SOLVED and not unanswered and waits_for_reply(locked):
            raise Unanswered(
                "The customer's last message has no answer yet. Reply first, or solve it "
                "without an answer."
            )
        _move(locked, to, by=by.person, **evidence)
    return locked


def close_what_was_solved_long_ago(limit: int = 500) -> int:
    """Close up to `limit` tickets that were solved 14 days ago; returns how many."""
    due = Ticket.objects.filter(
        state=State.SOLVED, updated_at__lte=clock.now() - CLOSED_AFTER
    ).order_by("updated_at")[:limit]
    return sum(close_if_solved_long_ago(ticket) for ticket in due)


def close_if_solved_long_ago(ticket: Ticket) -> bool:
    """Close one ticket, if it still is solved and has been so for 14 days."""
    with changing(ticket) as locked:
        due = locked.updated_at <= clock.now() - CLOSED_AFTER
        if closes := due and locked.state == State.SOLVED:
            _move(locked, State.CLOSED, by=None)
    return closes


def waits_for_reply(ticket: Ticket) -> bool:
    """Is the customer's side the last who spoke? Machines and notes don't count."""
    return bool(unanswered(ticket))


def unanswered(ticket: Ticket) -> list[Message]:
    """The customer's messages that stand here and that no later reply has answered (K3), as they came.

    A reply counts where it was given, wherever its message has gone since; a reply that moved
    here answers only what moved along.
    """
    return unanswered_by_ticket([ticket.pk])[ticket.pk]


def unanswered_by_ticket(numbers: Iterable[int]) -> dict[int, list[Message]]:
    """`unanswered` for several tickets, by number, in one query."""
    spoken: dict[int, list[TicketEvent]] = {number: [] for number in numbers}
    events = TicketEvent.objects.filter(
        ticket__in=spoken, kind__in=_SPOKEN, message__undone_at=None
    )
    for event in events.order_by("ticket", "sequence").select_related("message"):
        spoken[event.ticket_id].append(event)
    return {number: _unanswered(number, events) for number, events in spoken.items()}


def _unanswered(number: int, events: Iterable[TicketEvent]) -> list[Message]:
    own: list[Message] = []
    moved: list[Message] = []
    for event in events:
        message, here = event.message, event.kind == Kind.MOVED_HERE
        if message is None or not message.public or message.automatic:
            continue
        if message.side == Side.CUSTOMER:
            (moved if here else own).append(message)
        elif event.kind == Kind.UPDATE and event.data.get("solved"):
            continue  # a solved ticket is told, and not answered (K11)
        elif event.kind in {Kind.AGENT_REPLY, Kind.UPDATE}:
            own, moved = [], []
        elif message.ticket_id == number:
            moved = []
    return [message for message in [*own, *moved] if message.ticket_id == number]


def _move(ticket: Ticket, to: str, *, by: Person | None, **evidence: Any) -> None:
    if ticket.state == to:
        return
    before, ticket.state = ticket.state, to
    ticket.save(update_fields=["state"])
    event = append(ticket, Kind.STATE, by=by, to=str(to), was=str(before), **evidence)
    tell(StateChanged(ticket, event))
