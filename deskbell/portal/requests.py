"""The list of a customer's requests: a page of them, newest first, and what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from deskbell.lib.numbers import primary_key
from deskbell.people.customers import Customer
from deskbell.tickets.access import visible_to
from deskbell.tickets.finding.in_public import found_in_public
from deskbell.tickets.models import State, Ticket, Tickets

AT_ONCE = 25
LONGEST = 200  # characters of a search
OVER = (State.SOLVED, State.CLOSED)


@dataclass(frozen=True)
class Asked:
    """What the reader wants to see: open or solved ones, with these words, before a number."""

    solved: bool
    text: str
    before: int


@dataclass(frozen=True)
class Page:
    """A page of the list; `older` is the number before which the next one begins, 0 if there is none."""

    tickets: Sequence[Ticket]
    older: int


def asked_for(query: QueryDict) -> Asked:
    """What an address asks for."""
    return Asked(
        solved=query.get("show") == "solved",
        text=query.get("q", "").replace("\0", "").strip()[:LONGEST],
        before=primary_key(query.get("before", "")),
    )


def page_of(who: Customer, asked: Asked) -> Page:
    """The page, in a fixed number of queries."""
    found = _wanted(who, asked).select_related("requester", "school", "district")
    if asked.before:
        found = found.filter(number__lt=asked.before)
    tickets = list(found.order_by("-number")[: AT_ONCE + 1])
    shown = tickets[:AT_ONCE]
    return Page(shown, shown[-1].number if len(tickets) > AT_ONCE else 0)


def _wanted(who: Customer, asked: Asked) -> Tickets:
    """A search looks at all of them, wherever they stand."""
    if asked.text:
        return found_in_public(visible_to(who), asked.text)
    if asked.solved:
        return visible_to(who).filter(state__in=OVER)
    return visible_to(who).unfinished()
