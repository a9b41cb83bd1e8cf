"""A customer’s requests, and a month of promises, as tables for their spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from deskbell.lib.tables import csv_lines
from deskbell.look.words import amount
from deskbell.people.customers import Customer
from deskbell.portal.speaking import Say
from deskbell.sla.models import Clock
from deskbell.tickets.access import visible_to
from deskbell.tickets.fields.defining import current_fields
from deskbell.tickets.fields.models import CustomField
from deskbell.tickets.fields.reading import said
from deskbell.tickets.models import Ticket

COLUMNS = ("Number", "Subject", "State", "Impact", "Asked by", "School", "Opened")
PROMISE_COLUMNS = (
    "Number",
    "Subject",
    "Promise",
    "Impact",
    "Covered time",
    "Began",
    "Due",
    "Done",
    "Outcome",
    "Late by",
)
OUTCOMES = {"met": "Kept", "breached": "Missed", "running": "Not decided yet"}
STATES = {
    "open": "We are working on it",
    "pending": "We wait for your answer",
    "waiting": "We wait for someone else",
    "solved": "Solved",
    "closed": "Closed",
}


def lines(who: Customer, t: Say, zone: str, language: str) -> Iterator[str]:
    """The table line by line, the newest request first; `zone` and `language` are the reader's. The custom
    fields that customers see are its last columns."""
    found = visible_to(who).select_related("requester", "school").order_by("-number")
    tickets = found.iterator(chunk_size=500)
    fields = [field for field in current_fields() if field.is_shown]
    rows = (
        [*_cells(ticket, t, ZoneInfo(zone)), *_held(ticket, fields, language)] for ticket in tickets
    )
    names = [field.named(language) for field in fields]
    return csv_lines([*(t(each) for each in COLUMNS), *names], rows)


def promise_lines(found: QuerySet[Clock], t: Say, zone: str) -> Iterator[str]:
    """The promises of a month in the same way."""
    clocks = found.select_related("ticket").order_by("-ticket", "started_at", "id")
    rows = (_promise(each, t, ZoneInfo(zone)) for each in clocks.iterator(chunk_size=500))
    return csv_lines([t(each) for each in PROMISE_COLUMNS], rows)


def _cells(ticket: Ticket, t: Say, zone: ZoneInfo) -> list[str]:
    return [
        str(ticket.number),
        ticket.subject,
        t(STATES[ticket.state]),
        t(ticket.get_impact_display()),
        str(ticket.requester or ""),
        str(ticket.school or ""),
        f"{ticket.created_at.astimezone(zone):%Y-%m-%d %H:%M}",
    ]


def _held(ticket: Ticket, fields: Sequence[CustomField], language: str) -> list[str]:
    return [said(field, ticket.field_values.get(field.key), language) for field in fields]


def _promise(each: Clock, t: Say, zone: ZoneInfo) -> list[str]:
    def said(instant: datetime | None) -> str:
        return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}" if instant else ""

    return [
        str(each.ticket_id),
        each.ticket.subject,
        t(each.label),
        t(each.ticket.get_impact_display()),
        amount(each.target),
        said(each.started_at),
        said(each.due_at),
        said(each.stopped_at),
        t(OUTCOMES[each.outcome]),
        amount(each.late_by) if each.late_by else "",
    ]
