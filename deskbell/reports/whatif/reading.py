"""Reading many histories at once: instants as bare microseconds, and what happened as small numbers.

No ORM objects and no datetimes: for each event that can move a clock the database sends four plain
values, and each distinct thing that happens is read as JSON once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from deskbell.sla import core
from deskbell.sla.core.instants import EPOCH
from deskbell.sla.core.skeletons import has_skeleton
from deskbell.sla.histories import history_of
from deskbell.tickets.events import Kind
from deskbell.tickets.models import TicketEvent

AT_ONCE = 2000  # tickets: some 20,000 rows in memory
_MOST_SAYINGS = 50_000

# Everything of histories.py that moves a clock; the opening tells the first message's words too.
_KINDS = [
    Kind.OPENED,
    Kind.CUSTOMER_MESSAGE,
    Kind.AGENT_REPLY,
    Kind.REPLY_UNDONE,
    Kind.UPDATE,
    Kind.STATE,
    Kind.IMPACT,
    Kind.POLICY,
    Kind.CHAT_STARTED,
    Kind.CHAT_ENDED,
    Kind.ALERT_RECEIVED,
    Kind.ALERT_ENDED,
    Kind.ALERT_HELD,
    Kind.ACKNOWLEDGED,
    Kind.ESCALATED,
    Kind.TAKEN_OVER,
    Kind.HANDED_BACK,
    Kind.SET_ASIDE,
    Kind.BROUGHT_BACK,
    Kind.MERGED_AWAY,
    Kind.MERGED_IN,
    Kind.UNMERGED,
    Kind.SPLIT_AWAY,
    Kind.SPLIT_OFF,
    Kind.UNSPLIT,
    Kind.PUT_BACK,
]
_TICKETS = """
SELECT number, district_id, opened_under_id
FROM tickets_ticket JOIN sla_standing ON ticket_id = number
WHERE number > %s AND created_at < %s AND updated_at >= %s ORDER BY number LIMIT %s
"""
_COUNT = """
SELECT count(*) FROM tickets_ticket JOIN sla_standing ON ticket_id = number
WHERE created_at < %s AND updated_at >= %s
"""
# A double holds microseconds exactly until 2106, and is made several times as fast as a numeric.
_EVENTS = """
SELECT ticket_id, (date_part('epoch', at) * 1000000)::bigint, kind, data::text
FROM tickets_ticketevent
WHERE ticket_id = ANY(%s) AND kind = ANY(%s) AND at <= %s AND NOT data @> '{"first": true}'
ORDER BY ticket_id, sequence
"""


class About(NamedTuple):
    """A ticket: its district as it is now, the version it was opened under."""

    number: int
    district: int | None
    version: int


class Story(NamedTuple):
    """What happened to a ticket. `form`: the sayings by number, `instants`: in microseconds;
    `whole`: the history itself instead, if it has no form of its own (`skeletons.has_skeleton`)."""

    about: About
    form: tuple[int, ...]
    instants: list[int]
    whole: list[core.Event] | None


class Sayings:
    """Each distinct thing that happens, as the core reads it, under a number."""

    def __init__(self) -> None:
        self.events: list[core.Event] = []
        self._by_text: dict[tuple[str, str], int] = {}
        self._by_event: dict[core.Event, int] = {}

    def number_of(self, kind: str, data: str) -> int:
        """Its number; negative for one that has no form."""
        found = self._by_text.get((kind, data))
        return self._learn(kind, data) if found is None else found

    def _learn(self, kind: str, data: str) -> int:
        if len(self._by_text) >= _MOST_SAYINGS:  # reasons and names differ without end
            self._by_text.clear()
        number = -1
        if kind != Kind.POLICY:
            (event,) = history_of([TicketEvent(at=EPOCH, kind=kind, data=json.loads(data))])
            if has_skeleton(event):
                number = self._by_event.setdefault(event, len(self.events))
                if number == len(self.events):
                    self.events.append(event)
        self._by_text[kind, data] = number
        return number


def count_of(since: datetime, until: datetime) -> int:
    """How many tickets `stories` will tell."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [until, since])
        return int(cursor.fetchone()[0])


def stories(
    since: datetime, until: datetime, as_of: datetime, sayings: Sayings
) -> Iterator[list[Story]]:
    """The histories, up to `as_of`, of the tickets that lived between the two instants, some at a
    time in the order of their numbers: each of them one short statement, so that no long
    transaction holds up the desk's housekeeping."""
    last = 0
    while abouts := _abouts(last, since, until):
        last = abouts[-1].number
        yield _told(abouts, as_of, sayings)


def _abouts(last: int, since: datetime, until: datetime) -> list[About]:
    with connection.cursor() as cursor:
        cursor.execute(_TICKETS, [last, until, since, AT_ONCE])
        return [About(*row) for row in cursor.fetchall()]


def _told(abouts: Sequence[About], as_of: datetime, sayings: Sayings) -> list[Story]:
    told = {about.number: Story(about, (), [], None) for about in abouts}
    forms: dict[int, list[int]] = {about.number: [] for about in abouts}
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, [list(told), _KINDS, as_of])
        rows = cursor.fetchall()
    number_of = sayings.number_of
    before, form, instants = 0, [], []
    for ticket, at, kind, data in rows:
        if ticket != before:
            before, form, instants = ticket, forms[ticket], told[ticket].instants
        form.append(number_of(kind, data))
        instants.append(at)
    formless = [number for number, form in forms.items() if form and min(form) < 0]
    wholes = _wholes(formless, as_of) if formless else {}
    return [
        Story(story.about, tuple(forms[number]), story.instants, wholes.get(number))
        for number, story in told.items()
        if forms[number]
    ]


def _wholes(numbers: list[int], as_of: datetime) -> dict[int, list[core.Event]]:
    found: dict[int, list[TicketEvent]] = {number: [] for number in numbers}
    events = TicketEvent.objects.filter(ticket__in=numbers, at__lte=as_of)
    for event in events.order_by("ticket", "sequence"):
        found[event.ticket_id].append(event)
    return {number: history_of(events) for number, events in found.items()}
