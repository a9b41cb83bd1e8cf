"""A mail in one line, a real SMTP door, and a real relay that keeps what it gets."""

from __future__ import annotations

import asyncio
import base64
import json
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import psycopg.conninfo
import pytest
import uvloop
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.test import Client

from deskbell.lib import clock, sns, telling
from deskbell.mail import outbound
from deskbell.mail.door.certificate import Certificate
from deskbell.mail.door.identity import identity_of
from deskbell.mail.door.server import Door
from deskbell.mail.inbound import proving, taking
from deskbell.mail.models import RawMail, Webhook
from deskbell.mail.trust.asking import Unanswered
from deskbell.mail.webhooks import receiving
from deskbell.realtime.listening import parameters

SUPPORT = "support@deskbell.localhost"
Letter = Callable[..., bytes]
Bring = Callable[..., Any]
Signed = Callable[..., dict[str, Any]]
TOPIC = "arn:aws:sns:us-east-1:123456789012:mail"
CERTIFICATE = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem"


@pytest.fixture(autouse=True)
def nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Screens are drawn on a floor above this room."""
    monkeypatch.setattr(telling, "_live", {})


@dataclass
class TableOfNames:
    """A stand-in for the DNS: what it knows is in its table, what is in `silent` doesn't answer."""

    records: dict[tuple[str, str], list[object]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def ask(self, name: str, kind: str) -> list[object]:
        name = name.rstrip(".").lower()
        self.asked.append(name)
        if name in self.silent:
            raise Unanswered(f"{name} is silent")
        return self.records.get((name, kind), [])

    def says(self, name: str, text: str) -> None:
        """A TXT record."""
        self.records.setdefault((name, "TXT"), []).append((text.encode(),))


@pytest.fixture(autouse=True)
def dns(monkeypatch: pytest.MonkeyPatch) -> TableOfNames:
    """No test asks the network's DNS: this table answers instead, and at first it is empty."""
    table = TableOfNames()
    monkeypatch.setattr(proving, "dns", table)
    return table


@pytest.fixture
def letter() -> Letter:
    """Makes the bytes of a mail; further header fields by name, with _ for -."""
    counter = iter(range(1, 10_000))

    def make(text: str = "It is dark", **fields: str) -> bytes:
        named = {name.replace("_", "-").lower(): value for name, value in fields.items()}
        head = {
            "from": "Tess Turner <tess@northvalley.example>",
            "to": SUPPORT,
            "subject": "Black screen",
            "message-id": f"<{next(counter)}@northvalley.example>",
            **named,
        }
        lines = [f"{name}: {value}" for name, value in head.items() if value]
        return ("\r\n".join([*lines, "", *text.split("\n")]) + "\r\n").encode()

    return make


@pytest.fixture
def put() -> Iterator[Callable[..., RawMail]]:
    """Puts a mail into the database as the door does."""

    def store(raw: bytes, *, sender: str = "tess@northvalley.example", **more: Any) -> RawMail:
        identity = identity_of(raw)
        return RawMail.objects.create(
            raw=raw,
            identity=identity.digest,
            has_message_id=identity.has_message_id,
            sender=sender,
            **{"recipients": [SUPPORT], "peer": "127.0.0.1", **more},
        )

    yield store
    taking._reader.stop()


@pytest.fixture
def arrive(put: Callable[..., RawMail]) -> Callable[..., RawMail]:
    """Puts a mail into the database, and lets the worker take all that waits."""

    def come(raw: bytes, **more: Any) -> RawMail:
        made = put(raw, **more)
        while taking.step() == 0:
            pass
        made.refresh_from_db()
        return made

    return come


@pytest.fixture
def sent(settings: Any, tmp_path: Path) -> Callable[[], list[EmailMessage]]:
    """Sends what is queued into an outbox, and reads what lies there, the oldest first."""
    settings.OUTBOX = tmp_path / "outbox"

    def read() -> list[EmailMessage]:
        while outbound.step() == 0:
            pass
        files = sorted(settings.OUTBOX.glob("*.eml")) if settings.OUTBOX.exists() else []
        return [parsed(file.read_bytes()) for file in files]

    return read


def parsed(raw: bytes) -> EmailMessage:
    mail: Message = BytesParser(policy=default).parsebytes(raw)
    assert isinstance(mail, EmailMessage)
    return mail


def plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@dataclass
class RunningDoor:
    """A door in a thread of its own, for SMTP and for LMTP."""

    port: int = 0
    lmtp_port: int = 0

    def client(self) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.port, local_hostname="client.example", timeout=20)

    def lmtp_client(self) -> smtplib.LMTP:
        return smtplib.LMTP("127.0.0.1", self.lmtp_port, local_hostname="mx.example", timeout=20)

    def deliver(self, raw: bytes, *, to: str = SUPPORT, sender: str = "t@x.example") -> None:
        with self.client() as smtp:
            smtp.sendmail(sender, [to], raw)


@pytest.fixture
def open_door() -> Iterator[Callable[..., RunningDoor]]:
    """Opens doors on free ports, and closes them at the end."""
    ends: list[Callable[[], None]] = []

    def begin(
        database_url: str, *, most_bytes: int = 1_000_000, certificate: Certificate | None = None
    ) -> RunningDoor:
        running, ready, loop = RunningDoor(), threading.Event(), uvloop.new_event_loop()
        door = Door(database_url, SUPPORT, most_bytes, certificate=certificate)
        told = asyncio.Event()

        async def live() -> None:
            running.port = await door.open("127.0.0.1", 0)
            running.lmtp_port = await door.open("127.0.0.1", 0, lmtp=True)
            ready.set()
            await told.wait()
            await door.close()
            await asyncio.sleep(0.05)

        def run() -> None:
            loop.run_until_complete(live())
            loop.close()

        thread = threading.Thread(target=run)
        thread.start()
        assert ready.wait(10)

        def end() -> None:
            loop.call_soon_threadsafe(told.set)
            thread.join(10)

        ends.append(end)
        return running

    yield begin
    for end in ends:
        end()


@pytest.fixture
def door(transactional_db: None, open_door: Callable[..., RunningDoor]) -> RunningDoor:
    """A door to the database of this test."""
    return open_door(database_url())


def database_url() -> str:
    return psycopg.conninfo.make_conninfo(**parameters())


@dataclass
class Relay:
    """A real SMTP server that keeps what it gets, and answers as it is told to."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    sessions: list[object] = field(default_factory=list)
    answer_recipient: str = "250 OK"
    answer_data: str = "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answer_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer_data.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.mails.append(parsed(envelope.content))
            self.recipients += envelope.rcpt_tos
            self.sessions.append(session)
        return self.answer_data


@pytest.fixture
def relay(settings: Any) -> Iterator[Relay]:
    """A relay, and a desk that uses it."""
    kept = Relay()
    controller = Controller(kept, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_RELAY = relay_settings(controller.port)
    yield kept
    controller.stop()


def relay_settings(port: int) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": port,
        "user": "",
        "password": "",
        "tls": False,
        "ssl": False,
        "timeout": 5,
    }


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture
def bring() -> Bring:
    """Brings JSON to the secret address of a service, again and again to the same one."""

    def post(service: str, thing: object) -> Any:
        known = Webhook.objects.filter(service=service).first() or receiving.renew(service)
        return Client().post(
            f"/mail/in/{service}/{known.token}",
            data=json.dumps(thing).encode(),
            content_type="text/plain" if service == "amazon_ses" else "application/json",
        )

    return post


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> Signed:
    """Makes what SNS posts, signed by a key of our own in place of Amazon's."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
    made = made.not_valid_before(clock.now()).not_valid_after(clock.now() + timedelta(days=1))
    certificate = made.public_key(key.public_key()).sign(key, hashes.SHA256())
    monkeypatch.setattr(sns, "certificate", lambda url: certificate)

    def make(kind: str, message: str, **more: str) -> dict[str, Any]:
        document = {
            "Type": kind,
            "MessageId": "1",
            "TopicArn": TOPIC,
            "Message": message,
            "Timestamp": "2026-11-20T12:00:00.000Z",
            "SignatureVersion": "2",
            "SigningCertURL": CERTIFICATE,
            **more,
        }
        lines = ((each, document.get(each)) for each in sns.SIGNED[kind])
        text = "".join(f"{each}\n{value}\n" for each, value in lines if value is not None)
        signature = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return {**document, "Signature": base64.b64encode(signature).decode()}

    return make


def received(raw: bytes, **action: str) -> str:
    encoded = base64.b64encode(raw).decode()
    receipt = {"recipients": [SUPPORT], "action": {"type": "SNS", "encoding": "BASE64", **action}}
    mail = {"source": "t@x.example", "messageId": "m1"}
    return json.dumps(
        {"notificationType": "Received", "mail": mail, "receipt": receipt, "content": encoded}
    )
