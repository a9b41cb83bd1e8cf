"""A real desk for the journeys: `deskbell run` in a folder of its own, with a real relay beside it."""

from __future__ import annotations

import email
import email.policy
import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any, TypeVar

from aiosmtpd.controller import Controller

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
SUPPORT = "support@deskbell.localhost"
PATIENCE = 20  # seconds until something that should take one is given up


class Relay:
    """Takes the desk's outgoing mail, as the operator's relay would."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        return "250 OK"

    def mail_to(self, address: str, *, saying: str = "") -> EmailMessage:
        """The newest mail to this address that says this; waits for it."""

        def found() -> EmailMessage | None:
            for mail in reversed(self.mails):
                if address in str(mail["To"]) and saying in text_of(mail):
                    return mail
            return None

        return wait_for(found, f"a mail to {address} saying “{saying}”")


@dataclass
class RunningDesk:
    """`deskbell run`, started and answering."""

    data: Path
    relay: Relay
    http_port: int
    smtp_port: int
    process: subprocess.Popen[str]
    output: list[str] = field(default_factory=list)
    has_administrator: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def welcome_link(self) -> str:
        """The one-time link that the first start prints."""
        return wait_for(lambda: self.printed(r"(http://\S+/welcome/\S+)"), "the welcome link")

    def printed(self, pattern: str) -> str | None:
        found = re.search(pattern, "".join(self.output))
        return found.group(1) if found else None

    def command(self, *words: str) -> str:
        """What `deskbell WORDS` prints, against this desk."""
        done = subprocess.run(
            [sys.executable, "-m", "deskbell", *words],
            cwd=ROOT,
            env=environment(self.data, self.http_port, self.smtp_port, self.relay),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def receive(
        self, subject: str, text: str, *, sender: str, answer_to: EmailMessage | None = None
    ) -> EmailMessage:
        """Hand a mail in at the SMTP door, as the sender's mail server would."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, SUPPORT, subject
        mail["Message-ID"] = make_msgid(domain="northvalley.example")
        if answer_to:
            mail["In-Reply-To"] = str(answer_to["Message-ID"])
        mail.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=10) as door:
            door.send_message(mail)
        return mail


@contextmanager
def running_desk(data: Path, *arguments: str, **variables: str) -> Iterator[RunningDesk]:
    """Start a desk in this folder; ends with it, as Ctrl-C would."""
    relay = Relay()
    relay.controller.start()
    http, smtp = free_port(), free_port()
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "deskbell", "run", *arguments],
        cwd=ROOT,
        env=environment(data, http, smtp, relay) | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    desk = RunningDesk(data, relay, http, smtp, process)
    collecting = threading.Thread(target=_collect, args=(desk,), daemon=True)
    collecting.start()
    try:
        wait_for(lambda: desk.printed(r"(Deskbell runs)"), "the desk to start", seconds=180)
        yield desk
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=20)
        finally:
            relay.controller.stop()
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            collecting.join(timeout=5)
            process.stdout.close() if process.stdout else None


def environment(data: Path, http: int, smtp: int, relay: Relay) -> dict[str, str]:
    """The desk's own settings and nothing of the test run's."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("DESKBELL_") and name not in {"DATABASE_URL", "EMAIL_URL"}
    }
    if "DESKBELL_PG_BIN" in os.environ:
        kept["DESKBELL_PG_BIN"] = os.environ["DESKBELL_PG_BIN"]
    return kept | {
        "DESKBELL_DATA": str(data),
        "DESKBELL_HTTP_PORT": str(http),
        "DESKBELL_SMTP_PORT": str(smtp),
        "EMAIL_URL": f"smtp://127.0.0.1:{relay.controller.port}",
    }


def wait_for(found: Callable[[], T | None], what: str, seconds: float = PATIENCE) -> T:
    """Ask until there is an answer; fails with a sentence that says what never came."""
    end = time.monotonic() + seconds
    while (answer := found()) is None:
        assert time.monotonic() < end, f"Waited {seconds:g} s in vain for {what}."
        time.sleep(0.05)
    return answer


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _collect(desk: RunningDesk) -> None:
    assert desk.process.stdout is not None
    for line in desk.process.stdout:
        desk.output.append(line)
