"""A hundred thousand tickets with histories like real ones, loaded by COPY: what a busy desk keeps.

Eight months of mails, chats and calls: most answered in time, some late, some never; reopened, waiting,
judged anew, with notes and receipts in between. The same seed gives the same rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

FIRST = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = 240
DISTRICTS = 40
IMPACTS = ("urgent", "high", "normal", "low")
PACE = {"urgent": 9, "high": 40, "normal": 150, "low": 400}  # minutes to an answer, typically

Event = tuple[datetime, str, str]  # instant, kind, data as JSON


def load(tickets: int, seed: int = 7) -> int:
    """Fill the tickets, their events and standings of the present database; the number of events."""
    from django.db import connection

    from deskbell.people.models import District
    from deskbell.sla.policies import current_version

    for n in range(DISTRICTS):
        District.objects.get_or_create(name=f"District {n:02}")
    districts = list(District.objects.order_by("id").values_list("id", flat=True))
    version, random = current_version().pk, Random(seed)
    lives = [life(random) for _ in range(tickets)]
    with connection.cursor() as cursor:
        with cursor.copy(
            "COPY tickets_ticket (number, subject, channel, impact, state, district_id, live, demo,"
            " created_at, updated_at, last_sequence, category, came_to) FROM STDIN"
        ) as rows:
            for number, (impact, events) in enumerate(lives, start=1):
                first, last = events[0][0], events[-1][0]
                district = random.choice(districts)
                rows.write_row(
                    (number, f"Ticket {number}", "mail", impact, "closed", district, False, False,
                     first, last, len(events), "support", "")
                )  # fmt: skip
        with cursor.copy(
            "COPY tickets_ticketevent (ticket_id, sequence, at, kind, data) FROM STDIN"
        ) as rows:
            for number, (_, events) in enumerate(lives, start=1):
                for sequence, (at, kind, data) in enumerate(events, start=1):
                    rows.write_row((number, sequence, at, kind, data))
        cursor.execute(
            "INSERT INTO sla_standing (ticket_id, opened_under_id, version_id, next_metric)"
            " SELECT number, %s, %s, '' FROM tickets_ticket",
            [version, version],
        )
        cursor.execute("VACUUM ANALYZE")
    return sum(len(events) for _, events in lives)


def life(random: Random) -> tuple[str, list[Event]]:
    """The impact a ticket opens with, and its events from the opening to the end."""
    impact = random.choices(IMPACTS, (4, 16, 60, 20))[0]
    return impact, list(_events(random, impact))


def _events(random: Random, impact: str) -> Iterator[Event]:
    at = FIRST + timedelta(seconds=random.uniform(0, DAYS * 86_400))

    def later(minutes: float) -> datetime:
        nonlocal at
        at += timedelta(seconds=round(random.lognormvariate(0, 1) * minutes * 60, 6))
        return at

    opened = {"impact": impact, "channel": "mail", "words": "customer", "follows": None}
    yield at, "opened", json.dumps(opened)
    yield at, "customer_message", '{"first": true}'
    yield later(0.01), "automatic", "{}"
    if random.random() < 0.08:
        new = random.choice(IMPACTS)
        yield later(20), "impact", json.dumps({"to": new, "was": impact})
        impact = new
    if random.random() < 0.04:
        yield later(600), "state", '{"to": "solved", "was": "open"}'
        yield at + timedelta(days=14), "state", '{"to": "closed", "was": "solved"}'
        return
    yield later(PACE[impact]), "assigned", '{"to": 1, "name": "Ana Alvarez"}'
    yield at, "agent_reply", "{}"
    for _ in range(random.choices((0, 1, 2, 4), (30, 40, 20, 10))[0]):
        waits = random.random()
        if waits < 0.4:
            yield later(5), "state", '{"to": "pending", "was": "open"}'
        elif waits < 0.5:
            yield later(5), "state", '{"to": "waiting", "was": "open"}'
        yield later(300), "customer_message", "{}"
        if waits < 0.5:
            yield at, "state", json.dumps({"to": "open", "was": "pending"})
        if random.random() < 0.3:
            yield later(15), "note", "{}"
        yield later(PACE[impact]), "agent_reply", "{}"
    yield later(60), "state", '{"to": "solved", "was": "open"}'
    yield at + timedelta(days=14), "state", '{"to": "closed", "was": "solved"}'
