"""django-helpdesk's list, ticket and search, with the tickets of a file; `bench.helpdesk` runs it.

    python -m bench.inbox.contender <host> <file> <rounds> <common word>      prints JSON

What it prints is the milliseconds and what was found. Each line of the file is [number, subject, is it
unfinished, texts]. The first text is the description, the others are follow-ups. Its list is a page and the
table that the page asks for at once; it looks for words in titles and descriptions, not in follow-ups.
"""

from __future__ import annotations

import json
import random
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.helpdesk import set_up

AT_ONCE = 2_000
OPEN, REOPENED, CLOSED = 1, 2, 4


def main(host: str, file: str, rounds: str, common: str) -> None:
    set_up(host)
    tickets = _load(Path(file))
    browser, dice = _browser(), random.Random(1)

    def shown(query: dict[str, Any], page: str) -> list[int]:
        assert browser.get(page).status_code == 200
        wanted = {"filtering": {}, "sorting": "created", "search_string": "", "sortreverse": False}
        encoded = b64encode(json.dumps({**wanted, **query}).encode()).decode()
        answer = browser.get(f"/datatables_ticket_list/{encoded}", {"length": 50, "start": 0})
        assert answer.status_code == 200
        return [answer.json()["recordsFiltered"], *(row["id"] for row in answer.json()["data"])]

    def search(words: str) -> list[int]:
        return shown({"search_string": words}, f"/tickets/?q={words}")

    def ticket() -> list[int]:
        number = dice.randint(1, tickets)
        assert browser.get(f"/tickets/{number}/").status_code == 200
        return [number]

    asked = {
        "list, all open": lambda: shown(
            {"filtering": {"status__in": [OPEN, REOPENED]}}, "/tickets/"
        ),
        "ticket": ticket,
        "search, common word": lambda: search(common),
        "search, rare word": lambda: search("ocelot"),
        "search, phrase": lambda: search("black screen"),
    }
    told = {}
    for name, ask in asked.items():
        found, times = ask(), []
        for _ in range(int(rounds)):
            began = time.perf_counter()
            ask()
            times.append(1000 * (time.perf_counter() - began))
        told[name] = {"ms": sorted(times), "count": found[0], "numbers": found[1:]}
    print(json.dumps(told))


def _load(file: Path) -> int:
    from django.db import connection
    from django.utils import timezone
    from helpdesk.models import FollowUp, Queue, Ticket

    queue = Queue.objects.create(title="Q", slug="q")
    now, many = timezone.now(), 0
    for lines in _batches(file):
        tickets = Ticket.objects.bulk_create(
            Ticket(
                id=number,
                title=subject[:200],
                queue=queue,
                created=now - timezone.timedelta(minutes=3) * (10**6 - number),
                submitter_email=f"p{number % 2000}@district.example",
                status=OPEN if unfinished else CLOSED,
                description=texts[0],
            )
            for number, subject, unfinished, texts in lines
        )
        FollowUp.objects.bulk_create(
            FollowUp(ticket=ticket, date=ticket.created, title="Comment", comment=text, public=True)
            for ticket, (_, _, _, texts) in zip(tickets, lines, strict=True)
            for text in texts[1:]
        )
        many += len(tickets)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return many


def _batches(file: Path) -> Iterator[list[Any]]:
    lines: list[Any] = []
    with file.open() as read:
        for line in read:
            lines.append(json.loads(line))
            if len(lines) == AT_ONCE:
                yield lines
                lines = []
    yield lines


def _browser() -> Any:
    from django.contrib.auth import get_user_model
    from django.test import Client

    agent = get_user_model().objects.create_superuser("agent", "agent@desk.example", "none")
    browser = Client()
    browser.force_login(agent)
    return browser


if __name__ == "__main__":
    main(*sys.argv[1:])
