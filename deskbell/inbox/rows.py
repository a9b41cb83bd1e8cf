"""The rows of a list: tickets with the clocks that someone still has to stop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deskbell.sla.keeping import unstopped
from deskbell.sla.models import Clock
from deskbell.tickets.models import Ticket


@dataclass(frozen=True)
class Row:
    """One line of the list: a ticket and the clocks that someone still has to stop."""

    ticket: Ticket
    clocks: Sequence[Clock]


def rows_of(tickets: Iterable[Ticket]) -> list[Row]:
    """Each ticket with its unstopped clocks, in one query for all of them."""
    tickets = list(tickets)
    clocks = unstopped(tickets)
    return [Row(ticket, clocks[ticket.pk]) for ticket in tickets]
