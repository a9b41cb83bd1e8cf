"""A customer's requests as a table for their spreadsheet: CSV by RFC 4180, with the mark that Excel wants."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from zoneinfo import ZoneInfo

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
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet would work out


class _Line:
    """Where the writer of CSV writes: each line is handed on at once."""

    def write(self, line: str) -> str:
        return line


def lines(who: Customer, t: Say, zone: str) -> Iterator[str]:
    """The table line by line, the newest request first; `zone` is the reader's."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow([t(each) for each in COLUMNS])
    found = visible_to(who).select_related("requester", "school").order_by("-number")
    for ticket in found.iterator(chunk_size=500):
        yield writer.writerow([_plain(cell) for cell in _cells(ticket, t, ZoneInfo(zone))])


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


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
