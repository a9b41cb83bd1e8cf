"""A desk with many tickets, loaded by COPY: three messages each, one in fifty unfinished, words by Zipf."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

WORDS = 20_000
DISTRICTS, PEOPLE, AGENTS = 40, 2_000, 20
UNFINISHED = 50  # one in so many
FULL_PAGES = 400  # unfinished at least: so a list fills its page at every size
AT_ONCE = 5_000


class Desk:
    """Who is there, and what they say; the same in every run."""

    def __init__(self, tickets: int) -> None:
        self.tickets = tickets
        self.dice = random.Random(7)
        self.common = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "lnrstk"]
        self.words = [self.common[n % 360] + (f"{n}x" if n >= 360 else "") for n in range(WORDS)]
        self.odds = list(itertools.accumulate(1 / (n + 3) for n in range(WORDS)))

    def text(self, number: int, length: int) -> str:
        """Some words; each ten-thousandth ticket has one of its own, each hundredth a phrase."""
        words = self.dice.choices(self.words, cum_weights=self.odds, k=length)
        if number % 10_000 == 7 or number == 7:
            words.append("ocelot")
        if number % 100 == 9:
            words[3:3] = ["black", "screen"]
        elif number % 20 == 3:
            words[2:2] = ["screen"]
            words.append("black")
        return " ".join(words)


def fill(tickets: int) -> None:
    """Load it all, make the search documents, and let PostgreSQL learn what is there."""
    from django.db import connection

    from deskbell.lib import clock
    from deskbell.tickets.finding.indexing import index

    desk, now = Desk(tickets), clock.now()
    people, districts, agents, team, version = _cast()
    with connection.cursor() as cursor:
        _copy(cursor, "tickets_ticket", _tickets(desk, now, people, districts, agents, team))
        _copy(cursor, "tickets_message", _messages(desk, now, people, agents))
        _copy(cursor, "tickets_ticketevent", _events(desk, now, people, agents))
        _copy(cursor, "sla_standing", _standings(desk, now, version))
        _copy(cursor, "sla_clock", _clocks(desk, now))
        for table in ("tickets_ticket", "tickets_message", "tickets_ticketevent", "sla_clock"):
            key = "number" if table == "tickets_ticket" else "id"
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{key}'), max({key})) FROM {table}"
            )
    for start in range(1, tickets + 1, AT_ONCE):
        index(range(start, min(start + AT_ONCE, tickets + 1)))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def is_unfinished(number: int, tickets: int) -> bool:
    """Most that is unfinished is young."""
    young = max(tickets // UNFINISHED, FULL_PAGES)
    return number > tickets - young or number % 1_000 == 1


def _cast() -> tuple[list[int], list[int], list[int], int, int]:
    from deskbell.people.models import District, Person, Team
    from deskbell.people.teams import add_agent
    from deskbell.sla.policies import current_version

    districts = District.objects.bulk_create(
        District(name=f"District {n}", zone="America/Chicago") for n in range(DISTRICTS)
    )
    people = Person.objects.bulk_create(
        Person(email=f"p{n}@d{n % DISTRICTS}.example", name=f"Person {n}") for n in range(PEOPLE)
    )
    agents = [add_agent(f"a{n}@desk.example", f"Agent Number{n}") for n in range(AGENTS)]
    team = Team.objects.get(name="Support")
    for agent in agents:
        agent.teams.add(team)
    keys = [[each.pk for each in group] for group in (people, districts, agents)]
    return keys[0], keys[1], keys[2], team.pk, current_version().pk


Rows = tuple[Sequence[str], Iterator[Sequence[Any]]]


def _copy(cursor: Any, table: str, rows: Rows) -> None:
    columns, values = rows
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for each in values:
            copy.write_row(each)


def _opened(number: int, tickets: int, now: datetime) -> datetime:
    return now - timedelta(minutes=3 * (tickets - number) + 5)


def _tickets(
    desk: Desk, now: datetime, people: list[int], districts: list[int], agents: list[int], team: int
) -> Rows:
    def rows() -> Iterator[Sequence[Any]]:
        for number in range(1, desk.tickets + 1):
            opened = _opened(number, desk.tickets, now)
            open_ = is_unfinished(number, desk.tickets)
            state = ("open", "open", "pending", "waiting")[number % 4] if open_ else "closed"
            impact = ("urgent", "high", "normal", "normal", "low")[number % 5]
            busy = agents[0] if number % 2 else agents[number % AGENTS]
            assignee = None if open_ and number % 3 == 0 else busy
            person = people[number % PEOPLE]
            yield (
                number, desk.text(number, 5), "mail", "", "support", impact, state, person,
                districts[number % DISTRICTS], team, assignee, False, False, opened,
                opened + timedelta(minutes=2), 3,
            )  # fmt: skip

    columns = (
        "number subject channel came_to category impact state requester_id district_id team_id "
        "assignee_id live demo created_at updated_at last_sequence"
    )
    return columns.split(), rows()


def _messages(desk: Desk, now: datetime, people: list[int], agents: list[int]) -> Rows:
    def rows() -> Iterator[Sequence[Any]]:
        for number in range(1, desk.tickets + 1):
            opened = _opened(number, desk.tickets, now)
            for at in range(3):
                customer = at != 1
                author = people[number % PEOPLE] if customer else agents[number % AGENTS]
                when = opened + timedelta(minutes=at)
                side = "customer" if customer else "team"
                yield (
                    3 * number + at, number, author, side, True, False, "mail",
                    desk.text(number if at == 0 else 0, 60), "", "", when, when,
                )  # fmt: skip

    columns = (
        "id ticket_id author_id side public automatic door text quoted html received_at created_at"
    )
    return columns.split(), rows()


def _events(desk: Desk, now: datetime, people: list[int], agents: list[int]) -> Rows:
    def rows() -> Iterator[Sequence[Any]]:
        for number in range(1, desk.tickets + 1):
            opened = _opened(number, desk.tickets, now)
            for at in range(3):
                kind = "agent_reply" if at == 1 else "customer_message"
                by = agents[number % AGENTS] if at == 1 else people[number % PEOPLE]
                when = opened + timedelta(minutes=at)
                key = 3 * number + at
                yield key, number, at + 1, when, kind, by, key, "{}"

    return "id ticket_id sequence at kind by_id message_id data".split(), rows()


def _standings(desk: Desk, now: datetime, version: int) -> Rows:
    def rows() -> Iterator[Sequence[Any]]:
        for number in range(1, desk.tickets + 1):
            due = _due(number, desk.tickets, now)
            yield number, version, version, due, "next_reply" if due else ""

    return "ticket_id opened_under_id version_id next_due_at next_metric".split(), rows()


def _due(number: int, tickets: int, now: datetime) -> datetime | None:
    if not is_unfinished(number, tickets) or number % 4 == 2:
        return None
    return now + timedelta(minutes=number % 2_000 - 100)


def _clocks(desk: Desk, now: datetime) -> Rows:
    def rows() -> Iterator[Sequence[Any]]:
        for number in range(1, desk.tickets + 1):
            if due := _due(number, desk.tickets, now):
                opened = _opened(number, desk.tickets, now)
                yield (
                    number, number, "next_reply", 1, opened, "4 hours", "business_hours", due,
                    due - timedelta(minutes=30), "running", "[]", 0,
                )  # fmt: skip

    columns = "id ticket_id metric ordinal started_at target coverage due_at warn_at outcome marks rungs_told"
    return columns.split(), rows()
