"""Services that tell of a mail and keep it, or that sign what they bring. They can't be reached from a test:
a table of addresses stands in for their APIs, and a certificate of our own for Amazon's."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from deskbell.lib import sns
from deskbell.lib.outbound import Answer, Request
from deskbell.mail.models import RawMail, Webhook
from deskbell.mail.tests.conftest import SUPPORT, Bring, Letter, Signed, received
from deskbell.mail.webhooks import fetching

CONFIRM = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"
OPTIONS = {"BREVO_API_KEY": "b", "MAILTRAP_API_TOKEN": "m", "RESEND_API_KEY": "r"}


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, settings: Any) -> dict[str, bytes]:
    """What lies at which address; `asked` are those that were asked, with the keys that were shown."""
    pages: dict[str, bytes] = {}

    def fetch(request: Request) -> Answer:
        found = pages.get(request.url)
        return Answer(404 if found is None else 200, {}, found or b"", request.url)

    monkeypatch.setattr(fetching, "fetch", fetch)
    monkeypatch.setattr(sns, "fetch", fetch)
    settings.ANYMAIL = {**settings.ANYMAIL, **OPTIONS}
    return pages


@pytest.mark.django_db
def test_resend_tells_of_a_mail_and_its_bytes_are_fetched(
    bring: Bring, web: dict[str, bytes], letter: Letter
) -> None:
    raw = letter("Gr\xfc\xdfe")
    where = {"raw": {"download_url": "https://files.example.org/one"}}
    web["https://api.resend.com/emails/receiving/one"] = json.dumps(where).encode()
    told = {
        "type": "email.received",
        "created_at": "2026-11-20T12:00:00Z",
        "data": {"email_id": "one"},
    }

    assert bring("resend", told).status_code == 500  # the file isn't there yet: it comes again
    assert Webhook.objects.get().problem == "files.example.org answered 404."
    web["https://files.example.org/one"] = raw
    assert [bring("resend", told).json() for _ in range(2)] == [{"stored": 1}] * 2
    assert bytes(RawMail.objects.get().raw) == raw and not Webhook.objects.get().problem


@pytest.mark.django_db
def test_mailtrap_tells_of_a_mail_and_its_bytes_are_fetched(
    bring: Bring, web: dict[str, bytes], letter: Letter
) -> None:
    raw = letter()
    web["https://mailtrap.io/api/inbound/inboxes/7/messages/one"] = json.dumps(
        {"raw_message_url": "https://files.example.org/one"}
    ).encode()
    web["https://files.example.org/one"] = raw
    event = {
        "event": "inbound.message_received",
        "inbox_id": 7,
        "message_id": "one",
        "timestamp": 1,
    }

    assert bring("mailtrap", {"events": [event]}).json() == {"stored": 1}
    assert bytes(RawMail.objects.get().raw) == raw
    trial = {**event, "inbox_id": 1}  # “Test your integration”
    assert bring("mailtrap", {"events": [trial]}).json() == {"stored": 0}


@pytest.mark.django_db
def test_a_missing_key_is_named_on_the_screen(bring: Bring, settings: Any) -> None:
    settings.ANYMAIL = {}
    assert bring("resend", {"type": "email.received"}).status_code == 500
    assert "add RESEND_API_KEY to DESKBELL_MAIL_SERVICE_OPTIONS" in Webhook.objects.get().problem


@pytest.mark.django_db
@pytest.mark.parametrize("service", ["brevo", "mailjet"])
def test_a_mail_without_bytes_of_its_own_that_is_brought_again_is_the_same(
    service: str, bring: Bring, web: dict[str, bytes]
) -> None:
    """Its parts were put together anew each time, with boundaries drawn by lot: it became two tickets."""
    head = {
        "From": "Tess <tess@northvalley.example>",
        "Subject": "Dark",
        "Message-ID": "<1@x.example>",
    }
    web["https://api.brevo.com/v3/inbound/attachments/t"] = b"hello"
    file = {"Name": "a.log", "ContentType": "text/plain", "DownloadToken": "t"}
    body: dict[str, Any] = {
        "brevo": {
            "items": [
                {
                    "Uuid": ["1"],
                    "Headers": {**head, "Delivered-To": SUPPORT},
                    "RawTextBody": "It is dark",
                    "RawHtmlBody": "<p>It is dark",
                    "Attachments": [file],
                }
            ]
        },
        "mailjet": {
            "Sender": "tess@northvalley.example",
            "Recipient": SUPPORT,
            "Headers": head,
            "Text-part": "It is dark",
            "Html-part": "<p>It is dark",
            "Parts": [{"Headers": {"Content-Type": "text/plain"}, "ContentRef": "Attachment1"}],
            "Attachment1": base64.b64encode(b"hello").decode(),
        },
    }
    for _ in range(2):
        assert bring(service, body[service]).json() == {"stored": 1}
    stored = RawMail.objects.get()
    assert b"Subject: Dark" in bytes(stored.raw) and stored.recipients == [SUPPORT]

    again = json.loads(json.dumps(body[service]).replace("It is dark", "It is bright"))
    bring(service, again)
    assert RawMail.objects.count() == 2


@pytest.mark.django_db
def test_amazon_ses_brings_a_mail_that_sns_has_signed(
    bring: Bring, signed: Signed, letter: Letter
) -> None:
    raw = letter().replace(b"It is dark", b"Gr\xfc\xdfe")
    assert bring("amazon_ses", signed("Notification", received(raw))).json() == {"stored": 1}
    stored = RawMail.objects.get()
    assert bytes(stored.raw) == raw
    assert (stored.sender, stored.recipients) == ("t@x.example", [SUPPORT])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "forged",
    [
        {"Message": "another"},
        {"SigningCertURL": "https://sns.us-east-1.amazonaws.com.evil.example/x.pem"},
        {"SigningCertURL": "http://sns.us-east-1.amazonaws.com/x.pem"},
        {"SigningCertURL": "https://user@sns.us-east-1.amazonaws.com/x.pem"},
        {"SignatureVersion": "3"},
        {"Signature": "no base64"},
    ],
)
def test_what_amazon_has_not_signed_is_not_taken(
    bring: Bring,
    signed: Signed,
    letter: Letter,
    forged: dict[str, str],
) -> None:
    document = {**signed("Notification", received(letter())), **forged}
    assert bring("amazon_ses", document).status_code == 500
    assert Webhook.objects.get().problem and not RawMail.objects.exists()


@pytest.mark.django_db
def test_a_subscription_is_confirmed_at_amazon_alone(
    bring: Bring, signed: Signed, web: dict[str, bytes]
) -> None:
    wanted = signed("SubscriptionConfirmation", "Confirm", Token="t", SubscribeURL=CONFIRM)
    assert bring("amazon_ses", wanted).status_code == 500  # it was not reached: SNS asks again
    web[CONFIRM] = b"<ok/>"
    assert bring("amazon_ses", wanted).json() == {"stored": 0}

    evil = signed(
        "SubscriptionConfirmation", "Confirm", Token="t", SubscribeURL="https://evil.example/"
    )
    assert bring("amazon_ses", evil).status_code == 500
    assert "none of Amazon SNS" in Webhook.objects.get().problem
