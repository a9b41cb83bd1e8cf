"""A mail's whole way with a real mailbox: sent by SMTP, laid into Dovecot, found there and taken away."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from deskbell.monitoring.checks.common import Verdict
from deskbell.monitoring.checks.imap.asking import MARK
from deskbell.monitoring.checks.kinds import KINDS
from deskbell.monitoring.tests.servers import Authority, ask
from tests.dovecot import PASSWORD, PROGRAM, Dovecot

USER = "probe"
# For who runs one test by hand: bin/test installs Dovecot, and fails where it can't.
pytestmark = pytest.mark.skipif(not Path(PROGRAM).exists(), reason="Dovecot is not installed")


class Delivering:
    """A mail server that lays what it takes into a mailbox; or loses it."""

    def __init__(self, to: Dovecot) -> None:
        self.to, self.loses, self.taken = to, False, 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken += 1
        if not self.loses:
            self.to.deliver(USER, envelope.content)
        return "250 OK"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Dovecot]:
    folder = tmp_path_factory.mktemp("certificate")
    authority.issue(folder)
    (pem,) = folder.glob("*.pem")
    certificate = f"ssl_cert = <{pem}\nssl_key = <{pem}"
    server = Dovecot({"ssl": "yes", "certificate": certificate}).start()
    yield server
    server.remove()


@pytest.fixture
def relay(mailbox: Dovecot) -> Iterator[tuple[Delivering, int]]:
    handler = Delivering(mailbox)
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = int(trial.getsockname()[1])
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


def round_trip(
    smtp: int, imap: int, *, password: str = PASSWORD, within: float = 20, **more: str
) -> Verdict:
    form = {
        "sender": "check@desk.example",
        "recipient": "probe@desk.example",
        "smtp_host": "127.0.0.1",
        "smtp_port": str(smtp),
        "smtp_security": "none",
        "imap_host": "127.0.0.1",
        "imap_port": str(imap),
        "imap_security": "none",
        "user": USER,
        "password": password,
        **more,
    }
    return ask("imap", *KINDS["imap"].read(form), within=within)


def marked(mailbox: Dovecot) -> int:
    client = mailbox.client(USER)
    client.select_folder("INBOX", readonly=True)
    found = client.search(["HEADER", MARK, ""])
    client.logout()
    return len(found)


def test_a_mail_that_arrives_is_up_and_is_taken_away_again(
    mailbox: Dovecot, relay: tuple[Delivering, int]
) -> None:
    mailbox.deliver(USER, b"Subject: Somebody's own\r\n\r\nLeave me alone.\r\n")
    mailbox.deliver(USER, f"{MARK}: of-a-round-that-was-cut\r\n\r\nOld.\r\n".encode())
    verdict = round_trip(relay[1], mailbox.port)
    assert verdict.ok and verdict.said.startswith("The mail was there after ")
    assert marked(mailbox) == 0  # also what an earlier round has left
    client = mailbox.client(USER)
    assert client.select_folder("INBOX", readonly=True)[b"EXISTS"] == 1
    client.logout()


def test_a_mail_that_gets_lost_on_its_way_is_down(
    mailbox: Dovecot, relay: tuple[Delivering, int]
) -> None:
    relay[0].loses = True
    verdict = round_trip(relay[1], mailbox.port, within=3)
    assert relay[0].taken == 1
    assert not verdict.ok
    assert verdict.said in {
        "The mail was sent, and did not arrive in time.",
        "No answer within 3 seconds.",
    }


def test_a_wrong_password_is_said(mailbox: Dovecot, relay: tuple[Delivering, int]) -> None:
    verdict = round_trip(relay[1], mailbox.port, password="wrong")
    assert (verdict.ok, verdict.said) == (
        False,
        "The mailbox does not take the user and password.",
    )


def test_starttls_with_a_certificate_of_its_own_authority(
    mailbox: Dovecot, relay: tuple[Delivering, int], authority: Authority
) -> None:
    known = round_trip(relay[1], mailbox.port, imap_security="starttls", ca=authority.pem)
    assert known.ok, known.said
    unknown = round_trip(relay[1], mailbox.port, imap_security="starttls")
    assert not unknown.ok
    assert "certificate is not good" in unknown.said


def test_a_mailbox_that_is_away_is_down_and_back_again(
    mailbox: Dovecot, relay: tuple[Delivering, int]
) -> None:
    mailbox.stop()
    try:
        verdict = round_trip(relay[1], mailbox.port)
        assert not verdict.ok
    finally:
        mailbox.start()
    assert round_trip(relay[1], mailbox.port).ok
