"""The mail services that can bring mail here, and how each wraps it. `django-anymail` unwraps; where a
service gives the mail as it came, those bytes are kept and not what was made of them."""

from __future__ import annotations

import base64
import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from anymail.webhooks import (
    mailersend,
    mailgun,
    mailjet,
    mandrill,
    postal,
    postmark,
    sendgrid,
    sparkpost,
)
from django.http import HttpRequest

Fields = Mapping[str, bytes]


@dataclass(frozen=True)
class Brought:
    """A mail with its envelope."""

    raw: bytes
    sender: str
    recipients: list[str]


@dataclass(frozen=True)
class Service:
    """`raws` answers the raw mails of one delivery, in their order; fewer if it has none. `hint` says what
    to choose at the service."""

    name: str
    view: type[Any]
    raws: Callable[[Fields, bytes], list[bytes]]
    hint: str


def _in_field(name: str) -> Callable[[Fields, bytes], list[bytes]]:
    return lambda fields, body: [fields[name]] if name in fields else []


def _postmark(fields: Fields, body: bytes) -> list[bytes]:
    said = json.loads(body)
    return [said["RawEmail"].encode()] if "RawEmail" in said else []


def _postal(fields: Fields, body: bytes) -> list[bytes]:
    said = json.loads(body)
    return [_bytes(said["message"], encoded=said.get("base64") is True)]


def _mandrill(fields: Fields, body: bytes) -> list[bytes]:
    said = json.loads(fields["mandrill_events"])
    return [each["msg"]["raw_msg"].encode() for each in said if "raw_msg" in each.get("msg", {})]


def _sparkpost(fields: Fields, body: bytes) -> list[bytes]:
    mails = [each["msys"]["relay_message"]["content"] for each in json.loads(body)]
    return [_bytes(m["email_rfc822"], encoded=bool(m["email_rfc822_is_base64"])) for m in mails]


def _mailersend(fields: Fields, body: bytes) -> list[bytes]:
    return [json.loads(body)["data"]["raw"].encode()]


SERVICES: dict[str, Service] = {
    "mailgun": Service(
        "Mailgun",
        mailgun.MailgunInboundWebhookView,
        _in_field("body-mime"),
        "A route with the action forward(); the address ends with “mime”, so Mailgun sends the raw mail.",
    ),
    "postmark": Service(
        "Postmark",
        postmark.PostmarkInboundWebhookView,
        _postmark,
        "An inbound webhook with “Include raw email content in JSON payload”.",
    ),
    "sendgrid": Service(
        "SendGrid",
        sendgrid.SendGridInboundWebhookView,
        _in_field("email"),
        "Inbound Parse with “POST the raw, full MIME message”.",
    ),
    "sparkpost": Service(
        "SparkPost", sparkpost.SparkPostInboundWebhookView, _sparkpost, "A relay webhook (SMTP)."
    ),
    "mandrill": Service(
        "Mandrill", mandrill.MandrillCombinedWebhookView, _mandrill, "An inbound route."
    ),
    "mailersend": Service(
        "MailerSend", mailersend.MailerSendInboundWebhookView, _mailersend, "An inbound route."
    ),
    "mailjet": Service(
        "Mailjet",
        mailjet.MailjetInboundWebhookView,
        lambda fields, body: [],
        "The Parse API. It gives no raw mail, so senders can't be proved.",
    ),
    "postal": Service(
        "Postal",
        postal.PostalInboundWebhookView,
        _postal,
        "An HTTP endpoint with the format “Delivered as the raw message”.",
    ),
}


def unwrapped(service: str, request: HttpRequest, fields: Fields) -> list[Brought]:
    """The mails of one delivery. Raises whatever a body raises that is none of this service's."""
    known = SERVICES[service]
    events = [e for e in _view(service).parse_events(request) if getattr(e, "message", None)]
    raws = known.raws(fields, request.body)
    if len(raws) != len(events):
        raws = [event.message.as_bytes() for event in events]
    return [
        Brought(raw, event.message.envelope_sender or "", _one(event.message.envelope_recipient))
        for raw, event in zip(raws, events, strict=True)
    ]


@cache
def _view(service: str) -> Any:
    """Anymail's view, for its reading alone: what proves the sender is the secret in the address."""
    keys = ("webhook_signing_key", "webhook_key", "inbound_secret", "webhook_secret")
    view = SERVICES[service].view
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of SendGrid it says that nobody there tests it any more
        missed: Exception | None = None
        for wanted in ({}, *({key: "in-the:address"} for key in keys)):
            try:
                return view(**{"webhook_secret": "in-the:address", **wanted})
            except Exception as error:  # noqa: BLE001 - it misses another key
                missed = error
    raise LookupError(service) from missed


def _one(recipient: str | None) -> list[str]:
    return [recipient] if recipient else []


def _bytes(text: str, *, encoded: bool) -> bytes:
    return base64.b64decode(text) if encoded else text.encode("utf-8", "surrogateescape")
