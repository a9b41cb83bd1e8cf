"""A customer's requests as a table for their spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from deskbell.lib.tables import csv_lines
from deskbell.people.customers import Customer
from deskbell.portal.speaking import Say
from deskbell.tickets.access import visible_to
from deskbell.tickets.models import Ticket

COLUMNS = ("Number", "Subject", "State", "Impact", "Asked by", "School", "Opened")
STATES = {
    "open": "We are working on it",
    "pending": "We wait for your answer",
    "waiting": "We wait for someone else",
    "solved": "Solved",
    "closed": "Closed",
}


def lines(who: Customer, t: Say, zone: str) -> Iterator[str]:
    """The table line by line, the newest request first; `zone` is the reader's."""
    found = visible_to(who).select_related("requester", "school").order_by("-number")
    tickets = found.iterator(chunk_size=500)
    rows = (_cells(ticket, t, ZoneInfo(zone)) for ticket in tickets)
    return csv_lines([t(each) for each in COLUMNS], rows)


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
