"""The list: which tickets a view shows, in the order in which someone has to act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F

from deskbell.people.models import Agent
from deskbell.sla.models import Clock
from deskbell.tickets.access import tickets_for
from deskbell.tickets.models import State, Ticket, Tickets

PAGE = 50


@dataclass(frozen=True)
class View:
    """A list that agents look at. `empty` says why there may be nothing, and what to do next."""

    key: str
    name: str
    empty: str


VIEWS = (
    View(
        "open", "Open", "Mail to the support address opens a ticket, and it appears here at once."
    ),
    View("mine", "Mine", "Nothing waits for you. Take a ticket from “Unassigned” if you like."),
    View("unassigned", "Unassigned", "Every open ticket has someone who looks after it."),
    View("solved", "Solved", "Solved tickets stay here for 14 days, then they are closed."),
)
BY_KEY = {view.key: view for view in VIEWS}


@dataclass(frozen=True)
class Row:
    """One line of the list: a ticket and the clocks that someone still has to stop."""

    ticket: Ticket
    clocks: Sequence[Clock]


def listed(agent: Agent, view: View, *, page: int) -> tuple[list[Row], bool]:
    """The rows of one page, the next due first, and whether there are more. Two queries, however long."""
    tickets = _of_view(agent, view).with_people().select_related("standing")
    start = (max(page, 1) - 1) * PAGE
    found = list(_ordered(tickets, view)[start : start + PAGE + 1])
    return rows_of(found[:PAGE]), len(found) > PAGE


def rows_of(tickets: Iterable[Ticket]) -> list[Row]:
    """Each ticket with its unstopped clocks, in one query for all of them."""
    tickets = list(tickets)
    clocks: dict[int, list[Clock]] = {ticket.pk: [] for ticket in tickets}
    for clock in Clock.objects.unstopped().of(tickets):
        clocks[clock.ticket_id].append(clock)
    return [Row(ticket, clocks[ticket.pk]) for ticket in tickets]


def _of_view(agent: Agent, view: View) -> Tickets:
    visible = tickets_for(agent.person)
    if view.key == "solved":
        return visible.filter(state=State.SOLVED)
    unfinished = visible.unfinished()
    if view.key == "mine":
        return unfinished.filter(assignee=agent)
    return unfinished.filter(assignee=None) if view.key == "unassigned" else unfinished


def _ordered(tickets: Tickets, view: View) -> Tickets:
    if view.key == "solved":
        return tickets.order_by("-updated_at")
    return tickets.order_by(F("standing__next_due_at").asc(nulls_last=True), "number")
