"""Policies and tickets that the tests of editing, previewing and moving begin with."""

from __future__ import annotations

from typing import Any

from deskbell.lib.clock import moved_to
from deskbell.people.models import Person
from deskbell.sla.models import Clock, Policy, PolicyVersion, Standing
from deskbell.sla.policies import DEFAULT_LADDER, DEFAULT_NAME, current_version
from deskbell.sla.versions import make, merged
from deskbell.tickets.models import Ticket, TicketEvent
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town, at


def first_reply_in(hours: float, coverage: str = "business_hours") -> dict[str, Any]:
    """What changes if a Normal ticket is answered in so many hours."""
    promise = {"target": round(hours * 3600), "coverage": coverage}
    return {"targets": {"normal": {"first_reply": promise}}}


def standard() -> Policy:
    return Policy.objects.get(name=DEFAULT_NAME)


def version_with(hours: float, reason: str = "Other hours") -> PolicyVersion:
    """The next version of Standard Support, with another First reply of Normal tickets."""
    base = current_version()
    promises = merged(base.document, first_reply_in(hours))
    return make(base.policy, promises, ladder=base.ladder, reason=reason)


def own_policy(town: Town, hours: float = 1) -> PolicyVersion:
    """North Valley's own policy, which changes the First reply of Normal tickets alone."""
    policy = Policy.objects.create(
        name="North Valley's", base=standard(), district=town.north_valley
    )
    changes = first_reply_in(hours)
    return make(policy, changes, ladder=DEFAULT_LADDER, reason="They pay for it")


def opened(requester: Person, when: str = "2026-11-19 09:00", count: int = 1) -> list[Ticket]:
    with moved_to(at(when)):
        return [
            open_for_customer(f"Black screen {n}", Words("Dark"), requester=requester)
            for n in range(1, count + 1)
        ]


def copies(ticket: Ticket, count: int) -> list[Ticket]:
    """So many tickets with the same history, made quickly."""
    made = Ticket.objects.bulk_create(_like(ticket, number=None) for _ in range(count))
    for each in (TicketEvent, Clock):
        rows = list(each._default_manager.filter(ticket=ticket))
        each._default_manager.bulk_create(
            _like(row, id=None, ticket_id=copy.pk) for copy in made for row in rows
        )
    standing = Standing.objects.get(ticket=ticket)
    Standing.objects.bulk_create(_like(standing, ticket_id=copy.pk) for copy in made)
    return made


def _like(row: Any, **other: Any) -> Any:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**values | other)
