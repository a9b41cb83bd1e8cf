"""Keeping each ticket's search document, in the transaction that changed what it says.

A document is made anew from the ticket, in one statement for many. Of a very long conversation the
beginning and the end are kept: PostgreSQL has a limit for one document (1 MB), and no message may be
lost to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from deskbell.lib import together
from deskbell.lib.telling import takes_many
from deskbell.tickets.events import Fact

CONFIG = "english"
KEPT = 30_000  # characters of the beginning, and as many of the end
MAKE = f"""
    INSERT INTO tickets_searchdocument (ticket_id, document, learned)
    SELECT ticket.number,
        setweight(to_tsvector('{CONFIG}', ticket.subject), 'A')
        || setweight(to_tsvector('{CONFIG}', concat_ws(' ', asks.name, asks.email)), 'B')
        || setweight(to_tsvector('{CONFIG}', left(coalesce(said.people, ''), {KEPT})), 'C')
        || to_tsvector('{CONFIG}', CASE WHEN length(said.all_text) <= {2 * KEPT} THEN said.all_text
            ELSE left(said.all_text, {KEPT}) || ' ' || right(said.all_text, {KEPT}) END)
        || jsonb_to_tsvector('{CONFIG}', ticket.field_values, '["string"]'),
        false
    FROM tickets_ticket AS ticket
    LEFT JOIN people_person AS asks ON asks.id = ticket.requester_id
    CROSS JOIN LATERAL (
        SELECT coalesce(string_agg(concat_ws(' ', message.text, message.quoted, files.names), ' '
                ORDER BY message.id), '') AS all_text,
            string_agg(DISTINCT concat_ws(' ', author.name, author.email), ' ') AS people
        FROM tickets_message AS message
        LEFT JOIN people_person AS author ON author.id = message.author_id
        LEFT JOIN LATERAL (
            SELECT string_agg(replace(name, '.', ' '), ' ') AS names FROM tickets_attachment AS file
            WHERE file.message_id = message.id
        ) AS files ON true
        WHERE message.ticket_id = ticket.number AND message.undone_at IS NULL
    ) AS said
    WHERE ticket.number = ANY(%s)
    ON CONFLICT (ticket_id) DO UPDATE SET document = excluded.document, learned = false
"""  # noqa: S608 - numbers and names of our own
MISSING = """
    SELECT number FROM tickets_ticket
    WHERE NOT EXISTS (SELECT FROM tickets_searchdocument WHERE ticket_id = number) LIMIT %s
"""


@takes_many
def keep(facts: Sequence[Fact]) -> None:
    """Something was said, taken back, moved, got another sender or stands in a field: make these documents
    anew."""
    together.settle()  # what was said may not be written down yet
    index({fact.ticket.pk for fact in facts})


def index(numbers: Iterable[int]) -> None:
    """Make the documents of these tickets anew, in one statement."""
    if wanted := sorted(numbers):
        with connection.cursor() as cursor:
            cursor.execute(MAKE, [wanted])


def index_what_is_missing(at_once: int = 1_000) -> int:
    """Make the documents of tickets that have none, as after tickets were brought in; returns how many."""
    made = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(MISSING, [at_once])
            numbers = [number for (number,) in cursor.fetchall()]
        index(numbers)
        made += len(numbers)
        if len(numbers) < at_once:
            return made
