"""A full disk loses nothing: what cannot be kept is not acknowledged, and comes once there is room."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import smtplib
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.journeys.running_desk import SUPPORT, RunningDesk, running_desk, wait_for
from tests.journeys.test_killing import listed

MEGABYTES = 400
PATIENCE = 120  # seconds for PostgreSQL to stand up again, on a busy machine
ENOUGH = 200  # of each, to fill what a fresh database has left


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own that can be filled without harm; only root on Linux can make one."""
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("Only root on Linux can mount a small disk to fill.")
    tmp_path.chmod(0o755)  # the embedded PostgreSQL runs as somebody else
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=755", "none", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("This machine lets nobody mount a small disk to fill.")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_what_was_accepted_around_a_full_disk_is_there_once(small_disk: Path) -> None:
    with running_desk(small_disk / "data") as desk:
        address = wait_for(lambda: desk.printed(r"(http://\S+/alerts/\S+)"), "the alerts' address")
        mails = Sent("Mail", lambda name: is_mail_accepted(desk, name))
        alerts = Sent("Alert", lambda name: is_alert_accepted(address, name))
        for each in (mails, alerts):
            wait_for(lambda each=each: each.send() or None, "a first one to be accepted")

        ballast = small_disk / "ballast"
        fill(ballast)
        for each in (mails, alerts):
            for _ in range(ENOUGH):
                if not each.send():
                    break
            else:
                raise AssertionError(f"{each.kind}: all were accepted, although the disk is full")
        time.sleep(3)  # whoever tries on a full disk has tried
        ballast.unlink()

        for each in (mails, alerts):
            wait_for(each.sent_again, f"the refused {each.kind} to be accepted", PATIENCE)
        expected = Counter([*mails.accepted, *alerts.accepted])
        found = wait_for(lambda: _all(desk, expected), "all tickets", PATIENCE)
        assert found == expected
        assert desk.command("sla", "verify")


class Sent:
    """Sends one after another, and knows what was accepted and what is to be sent again."""

    def __init__(self, kind: str, accepts: Callable[[str], bool]) -> None:
        self.kind, self._accepts = kind, accepts
        self.accepted: list[str] = []
        self.refused: list[str] = []

    def send(self) -> bool:
        name = f"{self.kind} {len(self.accepted) + len(self.refused)}"
        accepted = self._accepts(name)
        (self.accepted if accepted else self.refused).append(name)
        return accepted

    def sent_again(self) -> bool | None:
        while self.refused and self._accepts(self.refused[0]):
            self.accepted.append(self.refused.pop(0))
        return None if self.refused else True


def fill(ballast: Path) -> None:
    """Leave no room at all."""
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while file.write(b"\0" * size) == size:
                    pass
            except OSError:
                continue


def is_mail_accepted(desk: RunningDesk, name: str) -> bool:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "tess@northvalley.example", SUPPORT, name
    mail["Message-ID"] = f"<{name.replace(' ', '-')}@northvalley.example>"
    mail.set_content(secrets.token_hex(50_000))
    try:
        with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=30) as door:
            door.send_message(mail)
    except (OSError, smtplib.SMTPException):
        return False
    return True


def is_alert_accepted(address: str, name: str) -> bool:
    alert = {
        "status": "firing",
        "labels": {"alertname": name},
        "annotations": {"summary": name, "description": secrets.token_hex(50_000)},
        "startsAt": datetime.now(UTC).isoformat(),
        "endsAt": "0001-01-01T00:00:00Z",
        "fingerprint": name.replace(" ", ""),
    }
    body = {"version": "4", "status": "firing", "groupKey": name, "alerts": [alert]}
    body["groupLabels"] = {"alertname": name}
    content = json.dumps(body).encode()
    request = urllib.request.Request(address, content, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return bool(200 <= answer.status < 300)
    except OSError:
        return False


def _all(desk: RunningDesk, expected: Counter[str]) -> Counter[str] | None:
    """Our tickets; the desk opens one itself, about nobody being on call in a new desk."""
    found = Counter(each for each in listed(desk) if each.startswith(("Mail ", "Alert ")))
    return found if found >= expected else None
