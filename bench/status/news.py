"""One update to many subscribers by mail: how long publishing takes, how fast the mails are queued and sent,
and how long a reply to a ticket waits meanwhile. Each mail is counted where it arrives.

    .venv/bin/python -m bench.status.news [--readers 50000] [--json]

About ten minutes on two cores. Everything is real: a durable PostgreSQL, the worker's own loops in a process
of their own, and an SMTP server that takes each mail (and does nothing else with it) in another.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import threading
import time
from multiprocessing.connection import Connection
from typing import Any

from bench.scratch import join, scratch_desk, wait_until

FILL = """
INSERT INTO people_person (password, email, name, zone, is_active, demo, created_at, mail_fails_why)
SELECT '', 'reader' || n || '@school.example', '', '', true, false, now(), ''
FROM generate_series(1, %(count)s) n;
INSERT INTO incidents_subscriber (way, person_id, host, sealed, secret, digest, language, zone,
    asked_at, confirmed_at, ended_why, failing_why, demo)
SELECT 'mail', id, '', '', '', '', 'en', '', now(), now(), '', '', false
FROM people_person WHERE email LIKE 'reader%%';
INSERT INTO incidents_subscriber_components (subscriber_id, component_id)
SELECT id, (SELECT min(id) FROM monitoring_component) FROM incidents_subscriber WHERE id %% 5 = 0;
"""


def main() -> None:
    """Run it and print a table, or JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--readers", type=int, default=50_000)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with scratch_desk():
        found = measure(chosen.readers)
    print(json.dumps(found, indent=2) if chosen.json else table(found))


def measure(readers: int) -> dict[str, Any]:
    from deskbell.incidents.models import Delivery
    from deskbell.mail.models import OutboundMail

    incident, agent = _found()
    _fill(readers)
    found: dict[str, Any] = {"readers": readers}
    found["publish_s"] = _publish(incident, agent, "We look into it.")
    found["queued"] = Delivery.objects.filter(state="queued").count()

    spawning = multiprocessing.get_context("spawn")
    here, there = spawning.Pipe()
    sink = spawning.Process(target=_take_mails, args=(there,), daemon=True)
    sink.start()
    os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{here.recv()}"
    worker = spawning.Process(target=_work, daemon=True)
    worker.start()
    sent = OutboundMail.objects.filter(state="sent")
    try:
        wait_until(lambda: sent.count() >= min(200, readers // 4), "the first mails", 120)
        began, before = time.perf_counter(), sent.count()
        found["reply_waited_s"] = _reply(agent)
        wait_until(lambda: sent.count() >= readers + 1, "all mails", 1800)
        found["mails_a_second"] = round((readers - before) / (time.perf_counter() - began))
    finally:
        worker.kill()
        worker.join()
    here.send("count")
    heard: dict[str, int] = here.recv()
    heard.pop("tess@northvalley.example", None)
    found["lost"] = readers - len(heard)
    found["twice"] = sum(times - 1 for times in heard.values())
    sink.kill()
    sink.join()
    return found


def _found() -> tuple[Any, Any]:
    """An incident of one component, and who tells of it."""
    from deskbell.incidents.declaring import declare
    from deskbell.incidents.models import Severity
    from deskbell.monitoring.models import Component, Service
    from deskbell.people.teams import add_agent

    agent = add_agent("ana@desk.example", "Ana Alvarez")
    service = Service.objects.create(name="Applications")
    component = Component.objects.create(service=service, name="Streaming", key="streaming")
    states = {component: Component.State.MAJOR_OUTAGE}
    return declare("Black screens", severity=Severity.MAJOR, by=agent, components=states), agent


def _fill(readers: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in FILL.split(";")[:-1]:
            cursor.execute(statement, {"count": readers})
        cursor.execute("VACUUM ANALYZE")


def _publish(incident: Any, agent: Any, text: str) -> float:
    from deskbell.incidents.updating import Draft, publish

    began = time.perf_counter()
    publish(incident, Draft(key="bench", phase="investigating", text=text), by=agent)
    return round(time.perf_counter() - began, 2)


def _reply(agent: Any) -> float:
    """The seconds until a reply, written in the middle of it all, has left."""
    from deskbell.mail.models import OutboundMail
    from deskbell.people.models import Person
    from deskbell.tickets.opening import open_by_agent
    from deskbell.tickets.words import Words

    tess = Person.objects.with_address("tess@northvalley.example", "Tess Turner")
    began, words = time.perf_counter(), Words("Try it once more, please.")
    open_by_agent("Help", words, by=agent, requester=tess, customers_words=False)
    replies = OutboundMail.objects.filter(kind="reply", state="sent")
    wait_until(replies.exists, "the reply")
    return round(time.perf_counter() - began, 2)


def _work() -> None:
    """The worker's two loops that bring news to the relay."""
    join()
    from deskbell.incidents.news import delivering
    from deskbell.mail import outbound
    from deskbell.realtime.loops import run_forever

    steps = {"status-news": delivering.step, "outbound": outbound.step}
    run_forever(steps, threading.Event())


def _take_mails(line: Connection) -> None:
    """An SMTP server that notes to whom each mail came, and tells it when asked."""
    heard: dict[str, int] = {}
    asyncio.run(_listen(line, heard))


async def _listen(line: Connection, heard: dict[str, int]) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink ESMTP\r\n")
        recipient = ""
        while said := await reader.readline():
            word = said[:4].upper()
            if word == b"EHLO":
                writer.write(b"250 sink\r\n")
            elif word == b"RCPT":
                recipient = said.split(b"<")[1].split(b">")[0].decode()
                writer.write(b"250 OK\r\n")
            elif word == b"DATA":
                writer.write(b"354 Go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                heard[recipient] = heard.get(recipient, 0) + 1
                writer.write(b"250 OK\r\n")
            elif word == b"QUIT":
                break
            else:
                writer.write(b"250 OK\r\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=1_000_000)
    line.send(server.sockets[0].getsockname()[1])
    await asyncio.get_running_loop().run_in_executor(None, line.recv)
    line.send(heard)
    await asyncio.sleep(5)


def table(found: dict[str, Any]) -> str:
    names = {
        "readers": "subscribers",
        "publish_s": "seconds to publish, with a delivery for each",
        "queued": "deliveries queued in that transaction",
        "mails_a_second": "mails a second, from the delivery to the relay",
        "reply_waited_s": "seconds that a reply waited in the middle of it",
        "lost": "lost",
        "twice": "twice",
    }
    rows = [f"| {words} | {found[name]:,} |" for name, words in names.items()]
    return "\n".join(["| | |", "|---|---:|", *rows])


if __name__ == "__main__":
    main()
