"""One update told to many joined tickets: its message, clock and mail on each, all or none.

    .venv/bin/python -m bench.status.updates [--tickets 1000] [--rounds 3] [--json]

Beside it, in the same run, the limit of the same PostgreSQL: the rows that an update leaves, copied back
into empty tables of the same shape by one INSERT ... SELECT for each table, in one transaction.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from datetime import timedelta
from typing import Any

from bench.scratch import scratch_desk

# The tables that an update writes a row for each ticket in, and which rows it wrote there.
WRITTEN = {
    "tickets_message": "created_at >= %s",
    "tickets_ticketevent": "kind = 'update' AND at >= %s",
    "mail_outboundmail": "created_at >= %s",
    "mail_mailid": "ours AND message_id IN (SELECT id FROM tickets_message WHERE created_at >= %s)",
    "realtime_liveevent": "created_at >= %s",
}


def main() -> None:
    """Run it and print a table, or JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tickets", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with scratch_desk():
        found = measure(chosen.tickets, chosen.rounds)
    print(json.dumps(found, indent=2) if chosen.json else table(found))


def measure(tickets: int, rounds: int) -> dict[str, Any]:
    from deskbell.incidents.declaring import declare
    from deskbell.incidents.joining import join
    from deskbell.incidents.models import Severity
    from deskbell.people.models import Agent
    from deskbell.people.teams import add_agent

    ada = add_agent("ada@desk.example", "Ada Abara", role=Agent.Role.ADMINISTRATOR)
    incident = declare("Applications don’t start", severity=Severity.CRITICAL, by=ada)
    join(incident, _open(tickets), by=ada)
    took = [_publish(incident, number, ada) for number in range(rounds)]
    return {
        "tickets": tickets,
        "seconds": [round(each, 2) for each in took],
        "copied_seconds": round(_copied(tickets), 3),
        "lost": _lost(incident, tickets, rounds),
    }


def _open(tickets: int) -> list[Any]:
    """So many tickets of forty districts, as mail opens them."""
    from deskbell.people.districts import add_district
    from deskbell.people.models import Person
    from deskbell.tickets.opening import open_for_customer
    from deskbell.tickets.words import Words

    for number in range(40):
        add_district(f"District {number}", zone="America/Chicago", domains=[f"d{number}.example"])
    return [
        open_for_customer(
            f"Black screen {number}",
            Words("All screens in our lab are black. What can we do? " * 6),
            requester=Person.objects.with_address(f"teacher{number}@d{number % 40}.example", "T"),
        )
        for number in range(tickets)
    ]


def _publish(incident: Any, number: int, by: Any) -> float:
    from deskbell.incidents.updating import Draft, publish
    from deskbell.lib import clock

    words = "We have found the cause and are repairing it. Work that was saved is safe."
    promised = clock.now() + timedelta(hours=1)
    began = time.perf_counter()
    publish(incident, Draft(f"round {number}", "identified", words, "", promised), by=by)
    return time.perf_counter() - began


def _copied(tickets: int) -> float:
    """The seconds that PostgreSQL needs for the last round's rows alone, in a commit; medians of three."""
    from django.db import connection, transaction

    from deskbell.incidents.models import IncidentUpdate

    since = IncidentUpdate.objects.latest("id").at
    took = []
    with connection.cursor() as cursor:
        for name, rows in WRITTEN.items():
            cursor.execute(
                f"CREATE TABLE rows_{name} AS SELECT * FROM {name} WHERE {rows}", [since]
            )
        for number in range(3):
            for name in WRITTEN:
                cursor.execute(f"CREATE TABLE copy{number}_{name} (LIKE {name} INCLUDING ALL)")
            began = time.perf_counter()
            with transaction.atomic():
                for name in WRITTEN:
                    cursor.execute(f"INSERT INTO copy{number}_{name} SELECT * FROM rows_{name}")
            took.append(time.perf_counter() - began)
    return statistics.median(took)


def _lost(incident: Any, tickets: int, rounds: int) -> int:
    """How many of all messages, mails and running clocks are missing, counted one by one."""
    from deskbell.mail.models import OutboundMail
    from deskbell.sla import verify
    from deskbell.sla.models import Clock
    from deskbell.tickets.models import Message

    messages = Message.objects.filter(side="team", public=True).count()
    mails = OutboundMail.objects.filter(kind="reply").count()
    clocks = Clock.objects.filter(metric="periodic_update", outcome="running").count()
    if wrong := list(verify.differences()):
        raise SystemExit(f"{len(wrong)} clocks are not what their tickets' events say.")
    return (tickets * rounds - messages) + (tickets * rounds - mails) + (tickets - clocks)


def table(found: dict[str, Any]) -> str:
    """The figures in Markdown."""
    seconds = ", ".join(f"{each} s" for each in found["seconds"])
    rows = [
        (f"an update to {found['tickets']:,} tickets, each round", seconds),
        ("their rows copied by PostgreSQL alone", f"{found['copied_seconds']} s"),
        ("lost", f"{found['lost']}"),
    ]
    return "\n".join(["| measure | figure |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)])


if __name__ == "__main__":
    main()
