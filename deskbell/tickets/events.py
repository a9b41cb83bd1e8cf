"""What happens to tickets: the journal each verb appends to, and the facts that it tells.

A verb works inside `changing(ticket)`: the ticket's row is locked, so that its events have one
order, and everything that follows from the change commits with it or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from deskbell.lib import clock, together
from deskbell.lib.rows import update_rows
from deskbell.people.models import Person
from deskbell.tickets.models import Message, Ticket, TicketEvent

Kind = TicketEvent.Kind


@dataclass(frozen=True)
class Fact:
    """Something that has happened to a ticket, told to whom `config/wiring.py` names."""

    ticket: Ticket
    event: TicketEvent


@dataclass(frozen=True)
class TicketOpened(Fact):
    """A ticket exists, with its first message. Nothing `quiet` is answered by itself."""

    message: Message
    quiet: bool = False


@dataclass(frozen=True)
class MessagePosted(Fact):
    """A message came to an existing ticket, from whichever side."""

    message: Message


@dataclass(frozen=True)
class ReplyUndone(Fact):
    """An agent took a reply back before it left the desk: it never was (K1)."""

    reply: TicketEvent


@dataclass(frozen=True)
class StateChanged(Fact):
    """The ticket went from one state to another."""


@dataclass(frozen=True)
class ImpactChanged(Fact):
    """Someone judged the impact anew."""


@dataclass(frozen=True)
class Contested(Fact):
    """The customer finds the impact wrong, or someone of the team has looked at that."""


@dataclass(frozen=True)
class Assigned(Fact):
    """The ticket has another assignee or team, or none."""


@dataclass(frozen=True)
class Escalated(Fact):
    """Another tier or a vendor is asked about the ticket, has taken it, or has handed it back (K16)."""


@dataclass(frozen=True)
class TagsChanged(Fact):
    """The team has put a tag on the ticket, or taken one off."""


@dataclass(frozen=True)
class FieldChanged(Fact):
    """The ticket holds something else in a custom field."""


@dataclass(frozen=True)
class Snoozed(Fact):
    """The ticket was put off until later, or is back."""


@dataclass(frozen=True)
class RequesterChanged(Fact):
    """Someone else is the one who asks, and to whom answers go."""


@dataclass(frozen=True)
class FollowersChanged(Fact):
    """Someone of the customer's side reads along from now on, or no longer."""


@dataclass(frozen=True)
class Merged(Fact):
    """The ticket went into another one, took another one in, or stands alone again (K10)."""


@dataclass(frozen=True)
class Split(Fact):
    """Messages of the ticket went to one of their own, came from another one, or went back."""


@dataclass(frozen=True)
class LiveChanged(Fact):
    """A live conversation began or ended on the ticket (K15)."""


@dataclass(frozen=True)
class AlertNoted(Fact):
    """An alert was received on the ticket, or has ended by itself (K6)."""


@dataclass(frozen=True)
class Acknowledged(Fact):
    """A person has taken the alarm in hand (K6)."""


@dataclass(frozen=True)
class SetAside(Fact):
    """Someone marked the ticket as spam, or deleted it: it stands in no list but that one."""


@dataclass(frozen=True)
class BroughtBack(Fact):
    """It is no spam, or was restored: all is as it was before."""


_held: ContextVar[dict[int, Ticket] | None] = ContextVar("held", default=None)


@contextmanager
def holding(numbers: Iterable[int], *, waiting: bool = False) -> Iterator[dict[int, Ticket]]:
    """Inside a transaction: lock these tickets and read them; those that someone else has locked are left
    out, unless `waiting`. Yields them by number; in the block `changing` neither locks nor reads them
    again."""
    locked = lock(numbers, skip_locked=not waiting)
    held = Ticket.objects.with_people().in_bulk(locked) if locked else {}
    token = _held.set(held)
    try:
        yield held
    finally:
        _held.reset(token)


def hold_new(ticket: Ticket) -> None:
    """A ticket that this transaction opens is its own: in a block of `holding` it is held from here on."""
    held = _held.get()
    if held is not None:
        held[ticket.pk] = ticket


@contextmanager
def changing(ticket: Ticket) -> Iterator[Ticket]:
    """Lock the ticket for a change; yields it as it stands now, read under the lock."""
    held = _held.get()
    if held is not None and ticket.pk in held:
        yield held[ticket.pk]
        return
    together.settle()
    with transaction.atomic():
        lock([ticket.pk])
        yield Ticket.objects.with_people().get(pk=ticket.pk)


def lock(numbers: Iterable[int], *, skip_locked: bool = False) -> list[int]:
    """Lock tickets in the order of their numbers; returns those that were locked.

    Read them afterwards, in a query of its own: PostgreSQL gives a query that had to wait for a
    lock the new row of the locked table, but the old rows of whatever it was joined with.
    """
    rows = Ticket.objects.select_for_update(skip_locked=skip_locked, no_key=True)
    return list(rows.filter(pk__in=numbers).order_by("pk").values_list("pk", flat=True))


def append(
    ticket: Ticket,
    kind: Kind,
    *,
    by: Person | None = None,
    message: Message | None = None,
    at: datetime | None = None,
    **data: Any,
) -> TicketEvent:
    """Append one event to a locked ticket. Its instant is never before that of the last one."""
    event = prepare(ticket, kind, by=by, message=message, at=at, **data)
    store(ticket, [event])
    return event


def prepare(
    ticket: Ticket,
    kind: Kind,
    *,
    by: Person | None = None,
    message: Message | None = None,
    at: datetime | None = None,
    **data: Any,
) -> TicketEvent:
    """What `append` appends, not stored yet: for a verb that stores several at once."""
    event = _next_event(ticket, kind, at or clock.now(), data)
    event.by, event.message = by, message
    if message is not None and message.received_at != ticket.updated_at:
        data["received"] = message.received_at.isoformat()  # it counts from there (K13)
    return event


def store(ticket: Ticket, prepared: Sequence[TicketEvent]) -> None:
    """Append what was prepared for a locked ticket, in the order in which it was, in two statements."""
    together.save(ticket, ["updated_at", "last_sequence"])
    together.insert_all(prepared)


def append_many(
    entries: Iterable[tuple[Ticket, Kind, datetime, dict[str, Any]]],
) -> list[TicketEvent]:
    """Append events (ticket, kind, instant, data) that nobody caused to many locked tickets, in two
    statements. Several of one ticket must name the same object."""
    events = [_next_event(ticket, kind, at, data) for ticket, kind, at, data in entries]
    tickets = {event.ticket_id: event.ticket for event in events}
    update_rows(list(tickets.values()), ["updated_at", "last_sequence"])
    return TicketEvent.objects.bulk_create(events)


def _next_event(ticket: Ticket, kind: Kind, at: datetime, data: dict[str, Any]) -> TicketEvent:
    ticket.updated_at = max(at, ticket.updated_at)
    ticket.last_sequence += 1
    return TicketEvent(
        ticket=ticket, sequence=ticket.last_sequence, at=ticket.updated_at, kind=kind, data=data
    )
