"""The mail services that can bring mail here, and how each wraps it. `django-anymail` unwraps; where a
service gives the mail as it came, those bytes are kept and not what was made of them."""

from __future__ import annotations

import base64
import hashlib
import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
from django.conf import settings
from django.http import HttpRequest

from deskbell.mail.webhooks import amazon, fetching
from deskbell.mail.webhooks.models import MailInS3

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
    key: str = ""  # the option without which nothing can be fetched from it
    elsewhere: Callable[[bytes], list[MailInS3]] = lambda body: []  # of which a body only tells


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


def _ses(fields: Fields, body: bytes) -> list[bytes]:
    told = amazon.told_in(body)
    if "content" not in told:
        return []
    action = told.get("receipt", {}).get("action", {})
    return [_bytes(told["content"], encoded=action.get("encoding") == "BASE64")]


def _none(fields: Fields, body: bytes) -> list[bytes]:
    return []


SERVICES: dict[str, Service] = {
    "amazon_ses": Service(
        "Amazon SES",
        amazon.Inbound,
        _ses,
        "A receipt rule that delivers to an S3 bucket and tells an SNS topic, and an HTTPS subscription "
        "of that topic, which the desk confirms. It fetches the mail with DESKBELL_S3_KEY. A rule that "
        "publishes to the topic alone (Base64) brings mails of up to 150 KB.",
        elsewhere=amazon.in_s3,
    ),
    "brevo": Service(
        "Brevo",
        fetching.Brevo,
        _none,
        "Inbound parsing. It gives no raw mail, so senders can't be proved. Files are fetched with "
        "BREVO_API_KEY, one of the mail service's options.",
        key="BREVO_API_KEY",
    ),
    "mailtrap": Service(
        "Mailtrap",
        fetching.Mailtrap,
        _none,
        "An inbound webhook. Mail is fetched with MAILTRAP_API_TOKEN, one of the mail service's options.",
        key="MAILTRAP_API_TOKEN",
    ),
    "resend": Service(
        "Resend",
        fetching.Resend,
        _none,
        "A webhook for email.received. Mail is fetched with RESEND_API_KEY, one of the mail service's "
        "options.",
        key="RESEND_API_KEY",
    ),
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
        _none,
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
    if known.key and not settings.ANYMAIL.get(known.key):
        raise fetching.Unfetched(
            f"{known.name} needs a key: add {known.key} to DESKBELL_MAIL_SERVICE_OPTIONS."
        )
    events = [e for e in _view(service).parse_events(request) if getattr(e, "message", None)]
    raws = known.raws(fields, request.body)
    if len(raws) != len(events):
        raws = [_written_out(event.message) for event in events]
    return [
        Brought(raw, event.message.envelope_sender or "", _one(event.message.envelope_recipient))
        for raw, event in zip(raws, events, strict=True)
    ]


def _written_out(message: Any) -> bytes:
    """The bytes of a mail that came in pieces: the same each time, so that one that is brought again is known
    again. The boundaries between its parts would else be drawn by lot."""
    if (raw := getattr(message, "as_it_came", None)) is not None:
        return bytes(raw)
    parts = [part for part in message.walk() if part.is_multipart()]
    leaves = [str(part.get_payload()) for part in message.walk() if not part.is_multipart()]
    named = hashlib.sha256(
        "\0".join([*map(str, message.values()), *leaves]).encode("utf-8", "replace")
    )
    for number, part in enumerate(parts):
        part.set_boundary(f"=_deskbell_{number}_{named.hexdigest()[:32]}")
    return bytes(message.as_bytes())


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
