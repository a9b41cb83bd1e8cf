"""Nothing lost, nothing twice: 500 mails come in while each part of the desk is killed in turn."""

from __future__ import annotations

import json
import os
import signal
import smtplib
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

import psutil
import pytest

from deskbell.postgres.cluster import Cluster
from tests.journeys.running_desk import SUPPORT, RunningDesk, running_desk, wait_for

MAILS = 500
SENDERS = 8
BETWEEN_KILLS = 0.7  # seconds


def test_each_mail_that_was_accepted_is_exactly_one_ticket(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with running_desk(tmp_path_factory.mktemp("killing")) as desk:
        with ThreadPoolExecutor(SENDERS) as senders:
            accepted = [senders.submit(send_until_accepted, desk, n) for n in range(MAILS)]
            kill_each_part_in_turn(desk, until=lambda: all(each.done() for each in accepted))
        expected = {subject(n) for n in range(MAILS)}
        wait_for(lambda: subjects(desk) >= expected or None, "all tickets", seconds=60)

        assert [each.result() for each in accepted] == [True] * MAILS
        assert Counter(listed(desk)) == Counter(expected)
        assert desk.command("sla", "verify")


def send_until_accepted(desk: RunningDesk, number: int) -> bool:
    """As a mail server would: the same mail again, until the desk has said 250."""
    mail = EmailMessage()
    mail["From"], mail["To"] = f"tess{number % 40}@northvalley.example", SUPPORT
    mail["Subject"], mail["Message-ID"] = subject(number), f"<{number}@northvalley.example>"
    mail.set_content(f"Room {number} is dark.")
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=5) as door:
                door.send_message(mail)
            return True
        except (OSError, smtplib.SMTPException):
            time.sleep(0.1)
    return False


def kill_each_part_in_turn(desk: RunningDesk, *, until: Callable[[], bool]) -> None:
    """kill -9, round after round, of worker, web, SMTP door and PostgreSQL."""
    rounds = 0
    while not until() or rounds == 0:
        for kill in (kill_part("worker"), kill_part("web"), kill_part("smtp"), kill_postgres):
            time.sleep(BETWEEN_KILLS)
            kill(desk)
        rounds += 1


def kill_part(name: str) -> Callable[[RunningDesk], None]:
    """How to kill the child whose words go to this log."""

    def kill(desk: RunningDesk) -> None:
        log = desk.data / "log" / f"{name}.log"
        for child in psutil.Process(desk.process.pid).children():
            if writes_to(child, log):
                os.kill(child.pid, signal.SIGKILL)

    return kill


def kill_postgres(desk: RunningDesk) -> None:
    pid = Cluster(desk.data).pid
    if pid:
        os.kill(pid, signal.SIGKILL)


def writes_to(process: psutil.Process, log: Path) -> bool:
    try:
        return Path(f"/proc/{process.pid}/fd/1").samefile(log)
    except OSError:
        return False


def subject(number: int) -> str:
    return f"Dark room {number}"


def subjects(desk: RunningDesk) -> set[str]:
    return set(listed(desk))


def listed(desk: RunningDesk) -> list[str]:
    try:
        return [str(t["subject"]) for t in json.loads(desk.command("ticket", "list", "--json"))]
    except AssertionError:  # PostgreSQL was killed a moment ago
        return []
