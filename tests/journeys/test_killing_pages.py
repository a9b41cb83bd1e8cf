"""No page is lost: alerts come in while processes are killed at random, PostgreSQL among them (E2, E3).

Five kills here; the long form is 200, and a seed that was printed plays the same again:

    TEST_KILLS=200 TEST_SEED=7 .venv/bin/pytest tests/journeys/test_killing_pages.py -s
"""

from __future__ import annotations

import json
import os
import random
import threading
import time
import urllib.request
from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.journeys.running_desk import RunningDesk, running_desk, wait_for
from tests.journeys.test_killing import kill_part, kill_postgres

KILLS = int(os.environ.get("TEST_KILLS", "5"))
SEED = int(os.environ.get("TEST_SEED", str(random.randrange(10_000))))
BETWEEN_KILLS = (0.2, 1.5)  # seconds
BETWEEN_ALERTS = 0.1
ON_CALL = "ada@desk.example"


def test_each_alert_that_was_accepted_has_its_page_delivered_e3(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    chance = random.Random(SEED)
    print(f"seed {SEED}, {KILLS} kills")
    with running_desk(tmp_path_factory.mktemp("pages")) as desk:
        desk.command("agent", "add", ON_CALL, "--name", "Ada Abara")
        stop, accepted = threading.Event(), list[str]()
        sender = threading.Thread(target=send_until, args=(desk, stop, accepted))
        sender.start()
        for _ in range(KILLS):
            time.sleep(chance.uniform(*BETWEEN_KILLS))
            kill = chance.choice(
                [kill_part("worker"), kill_part("worker"), kill_part("web"), kill_postgres]
            )
            kill(desk)
        stop.set()
        sender.join(timeout=30)
        assert len(accepted) >= KILLS
        expected = set(accepted)
        wait_for(lambda: set(pages(desk)) >= expected or None, "all pages", seconds=120)

        doubles = sum(count - 1 for count in pages(desk).values())
        print(f"{len(expected)} alerts, {doubles} pages twice")
        assert desk.command("sla", "verify")


def send_until(desk: RunningDesk, stop: threading.Event, accepted: list[str]) -> None:
    """As a patient monitor would: each alert again until the desk has said that it has it."""
    address = wait_for(lambda: desk.printed(r"(http://\S+/alerts/\S+)"), "the address of alerts")
    number = 0
    while not stop.is_set():
        name = f"Down {number}"
        if is_accepted(address, name):
            accepted.append(name)
            number += 1
        time.sleep(BETWEEN_ALERTS)


def is_accepted(address: str, name: str) -> bool:
    now = datetime.now(UTC).isoformat()
    alert = {
        "status": "firing",
        "labels": {"alertname": name},
        "annotations": {"summary": name},
        "startsAt": now,
        "endsAt": "0001-01-01T00:00:00Z",
        "fingerprint": name.replace(" ", ""),
    }
    body = {
        "version": "4",
        "status": "firing",
        "groupKey": name,  # each in a group of its own, or the storm would share a page
        "groupLabels": {"alertname": name},
        "alerts": [alert],
    }
    request = urllib.request.Request(
        address, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return bool(200 <= answer.status < 300)
    except OSError:
        return False


def pages(desk: RunningDesk) -> Counter[str]:
    """How often each alert was paged by mail; escalation begins five minutes later, so once is right."""
    subjects = (str(mail["Subject"]) for mail in desk.relay.mails if ON_CALL in str(mail["To"]))
    return Counter(
        subject.removeprefix("[Urgent] ").partition(" (#")[0]
        for subject in subjects
        if subject.startswith("[Urgent] ")
    )
