"""Mail services bring mail to a secret address. Each body below is made as the service describes it: the
services themselves can't be reached from a test."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from deskbell.mail.inbound import taking
from deskbell.mail.models import RawMail, Webhook
from deskbell.mail.tests.conftest import SUPPORT, Letter, RunningDoor
from deskbell.mail.webhooks import receiving
from deskbell.mail.webhooks.services import SERVICES
from deskbell.tickets.models import Ticket
from tests.town import Town

Post = Callable[..., Any]
BOUNDARY = "a-boundary"


def form(**fields: bytes) -> tuple[bytes, str]:
    """A multipart form whose fields are bytes as they are."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value
        for name, value in fields.items()
    ]
    body = b"\r\n".join([*parts, f"--{BOUNDARY}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={BOUNDARY}"


def as_json(thing: object) -> tuple[bytes, str]:
    return json.dumps(thing).encode(), "application/json"


def wrapped(service: str, raw: bytes) -> tuple[bytes, str]:
    """The body in which a service brings a raw mail."""
    text = raw.decode("utf-8", "surrogateescape")
    encoded = base64.b64encode(raw).decode()
    envelope: Any
    message: Any
    match service:
        case "mailgun":
            fields = {"sender": b"t@x.example", "recipient": SUPPORT.encode(), "timestamp": b"1"}
            return form(**fields, **{"body-mime": raw})
        case "sendgrid":
            envelope = json.dumps({"from": "t@x.example", "to": [SUPPORT]}).encode()
            return form(email=raw, envelope=envelope)
        case "postmark":
            path = [{"Name": "Return-Path", "Value": "<t@x.example>"}]
            return as_json({"RawEmail": text, "Headers": path, "OriginalRecipient": SUPPORT})
        case "postal":
            envelope = {"mail_from": "t@x.example", "rcpt_to": SUPPORT}
            return as_json({"message": encoded, "base64": True, **envelope})
        case "mandrill":
            message = {"raw_msg": text, "sender": "t@x.example", "email": SUPPORT}
            events = json.dumps([{"event": "inbound", "ts": 1, "msg": message}])
            return form(mandrill_events=events.encode())
        case "sparkpost":
            content = {"email_rfc822": encoded, "email_rfc822_is_base64": True}
            mail = {"protocol": "smtp", "msg_from": "t@x.example", "rcpt_to": SUPPORT}
            return as_json([{"msys": {"relay_message": {"content": content, **mail}}}])
        case "mailersend":
            message = {"raw": text, "id": "1", "created_at": "2026-11-20T12:00:00Z", "headers": {}}
            message["sender"] = {"email": "t@x.example"}
            message["recipients"] = {"rcptTo": [{"email": SUPPORT}]}
            return as_json({"type": "inbound.message", "data": message})
    raise LookupError(service)


@pytest.fixture
def post() -> Post:
    """Brings a body to the secret address of a service."""

    def bring(service: str, body: bytes, content_type: str, *, token: str = "") -> Any:
        token = token or receiving.renew(service).token
        return Client().post(f"/mail/in/{service}/{token}", data=body, content_type=content_type)

    return bring


@pytest.mark.django_db
@pytest.mark.parametrize(
    "service", sorted(set(SERVICES) - {"mailjet", "amazon_ses", "brevo", "mailtrap", "resend"})
)
def test_each_service_brings_the_mail_as_it_came_with_its_envelope(
    service: str, letter: Letter, post: Post
) -> None:
    raw = letter("Grüße und ein langer Text\n" * 20)
    answer = post(service, *wrapped(service, raw))
    assert (answer.status_code, answer.json()) == (200, {"stored": 1})

    stored = RawMail.objects.get()
    assert bytes(stored.raw) == raw and stored.door == "webhook"
    sender = "" if service == "mandrill" else "t@x.example"  # it names none
    assert (stored.sender, stored.recipients) == (sender, [SUPPORT])
    assert Webhook.objects.get().last_at


@pytest.mark.django_db
def test_bytes_that_are_no_utf8_are_kept_where_the_service_brings_them_in_a_form(
    letter: Letter, post: Post
) -> None:
    raw = letter().replace(b"It is dark", b"Gr\xfc\xdfe")
    post("mailgun", *wrapped("mailgun", raw))
    assert bytes(RawMail.objects.get().raw) == raw


def test_a_service_without_raw_mail_brings_what_it_has(town: Town, post: Post) -> None:
    attachment = {
        "Headers": {"Content-Type": "text/plain; name=a.log"},
        "ContentRef": "Attachment1",
    }
    body = as_json(
        {
            "Sender": "tess@northvalley.example",
            "Recipient": SUPPORT,
            "Headers": {
                "From": "Tess Turner <tess@northvalley.example>",
                "Subject": "Black screen",
                "Message-ID": "<1@northvalley.example>",
            },
            "Text-part": "It is dark",
            "Parts": [{"Headers": {}, "ContentRef": "Text-part"}, attachment],
            "Attachment1": base64.b64encode(b"hello").decode(),
        }
    )
    assert post("mailjet", *body).status_code == 200
    taking.step()
    taking._reader.stop()
    message = Ticket.objects.get().messages.get()
    assert message.text == "It is dark" and message.attachments.get().name == "a.log"


@pytest.mark.django_db
def test_a_wrong_secret_brings_nothing(letter: Letter, post: Post) -> None:
    receiving.renew("postmark")
    body = wrapped("postmark", letter())
    assert post("postmark", *body, token="guessed").status_code == 404
    other = receiving.renew("postal").token
    assert post("postmark", *body, token=other).status_code == 404

    old = receiving.renew("postmark").token
    receiving.renew("postmark")
    assert post("postmark", *body, token=old).status_code == 404
    assert not RawMail.objects.exists()


@pytest.mark.django_db
def test_what_is_not_understood_comes_again_and_an_administrator_sees_why(post: Post) -> None:
    answer = post("postal", b"{}", "application/json")
    assert answer.status_code == 500 and "KeyError" in Webhook.objects.get().problem
    assert "KeyError" not in answer.content.decode()


@pytest.mark.django_db
def test_what_cannot_be_stored_comes_again(
    letter: Letter, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(receiving, "_store", full)
    assert post("postmark", *wrapped("postmark", letter())).status_code == 503


@pytest.mark.django_db
def test_a_mail_that_is_too_large_is_refused_before_it_is_read(
    letter: Letter, post: Post, settings: Any
) -> None:
    settings.MAX_MAIL_BYTES = 1000
    answer = post("postmark", *wrapped("postmark", letter("x" * 3000)))
    assert answer.status_code == 413 and not RawMail.objects.exists()


@pytest.mark.django_db
def test_a_mail_of_megabytes_in_a_form_comes_in(letter: Letter, post: Post) -> None:
    """Django's own limit for forms is for people."""
    raw = letter("x" * 80 + "\n" * 3) + b"y" * 5_000_000
    assert post("sendgrid", *wrapped("sendgrid", raw)).status_code == 200
    assert bytes(RawMail.objects.get().raw) == raw


@pytest.mark.django_db(transaction=True)
def test_a_mail_by_two_doors_is_one(door: RunningDoor, letter: Letter, post: Post) -> None:
    raw = letter()
    door.deliver(raw)
    assert post("mailgun", *wrapped("mailgun", raw)).status_code == 200
    assert RawMail.objects.count() == 1
