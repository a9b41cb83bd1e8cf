"""Amazon SES puts a mail into S3 and tells of it. S3 is the stand-in of `tests/s3.py`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from deskbell.lib import clock
from deskbell.mail.inbound import taking
from deskbell.mail.models import MailInS3, RawMail, Webhook
from deskbell.mail.tests.conftest import SUPPORT, Bring, Letter, Signed
from deskbell.mail.webhooks import in_s3, receiving
from deskbell.people.models import Notice
from deskbell.tickets.models import Ticket
from tests.s3 import KEY, S3, SECRET, standing_in
from tests.town import Town

BUCKET = "school-mail"


@pytest.fixture
def store(settings: Any) -> Iterator[S3]:
    with standing_in() as made:
        settings.MAY_REACH = ["127.0.0.1"]
        settings.S3_KEY, settings.S3_SECRET, settings.S3_URL = KEY, SECRET, made.url
        yield made


def told(key: str = "inbox/one", **more: Any) -> str:
    """What SES publishes after it has put a mail into a bucket, as its documentation shows it."""
    action = {"type": "S3", "topicArn": "arn:aws:sns:us-east-1:123456789012:mail"}
    action |= {"bucketName": BUCKET, "objectKey": key, "objectKeyPrefix": "inbox/"}
    named = {"from": ["Tess Turner <tess@northvalley.example>"], "subject": "Black screen"}
    at = f"{clock.now() - timedelta(hours=1):%Y-%m-%dT%H:%M:%S.000Z}"
    mail = {"timestamp": at, "source": "tess@northvalley.example", "messageId": "one"}
    receipt = {"timestamp": at, "recipients": [SUPPORT], "action": action}
    return json.dumps(
        {
            "notificationType": "Received",
            "mail": {**mail, "destination": [SUPPORT], "commonHeaders": named},
            "receipt": receipt,
            **more,
        }
    )


def later(seconds: float) -> Any:
    return clock.moved_to(clock.now() + timedelta(seconds=seconds))


def test_a_mail_that_lies_in_s3_becomes_a_ticket_that_counts_from_when_amazon_had_it(
    town: Town, bring: Bring, signed: Signed, store: S3, letter: Letter
) -> None:
    raw = letter("x" * 200_000)  # more than SNS brings
    store.objects[BUCKET, "inbox/one"] = raw
    assert bring("amazon_ses", signed("Notification", told())).json() == {"stored": 1}
    assert not store.asked and not RawMail.objects.exists()
    assert in_s3.step() == 0
    stored = RawMail.objects.get()
    assert bytes(stored.raw) == raw and stored.door == "webhook"
    assert (stored.sender, stored.recipients) == ("tess@northvalley.example", [SUPPORT])
    taking.step()
    taking._reader.stop()
    ticket = Ticket.objects.get()
    assert ticket.requester == town.tess
    waited = clock.now() - ticket.messages.get().received_at
    assert timedelta(hours=1) <= waited < timedelta(hours=2)
    assert in_s3.step() > 0 and len(store.asked) == 1


@pytest.mark.django_db
def test_what_is_told_twice_is_one_mail(
    bring: Bring, signed: Signed, store: S3, letter: Letter
) -> None:
    store.objects[BUCKET, "inbox/one"] = letter()
    for _ in range(2):
        bring("amazon_ses", signed("Notification", told()))
        in_s3.step()
    assert RawMail.objects.count() == 1 and len(store.asked) == 1


@pytest.mark.django_db
def test_a_fetcher_that_died_leaves_the_mail_to_the_next(
    bring: Bring, signed: Signed, store: S3, letter: Letter
) -> None:
    store.objects[BUCKET, "inbox/one"] = letter()
    bring("amazon_ses", signed("Notification", told()))
    assert in_s3._lease()  # and is killed
    assert in_s3.step() > 0 and not RawMail.objects.exists()
    with later(in_s3.LEASE.total_seconds() + 1):
        in_s3.step()
    assert RawMail.objects.count() == 1


@pytest.mark.django_db
def test_amazon_is_not_told_that_a_mail_is_known_before_it_is(
    bring: Bring, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(MailInS3.objects.__class__, "bulk_create", full)
    assert bring("amazon_ses", signed("Notification", told())).status_code == 503


@pytest.mark.django_db
def test_while_s3_is_away_the_mail_waits_and_an_administrator_sees_why(
    bring: Bring, signed: Signed, store: S3, letter: Letter
) -> None:
    store.objects[BUCKET, "inbox/one"] = letter()
    store.down = 503
    bring("amazon_ses", signed("Notification", told()))
    for n in range(12):
        with later(400 * n):
            in_s3.step()
    mail = MailInS3.objects.get()
    assert (mail.state, mail.attempts) == ("waiting", 12) and "SlowDown" in mail.problem
    assert "SlowDown" in Webhook.objects.get().problem
    store.down = 0
    with later(400 * 12):
        in_s3.step()
    assert RawMail.objects.count() == 1 and not Webhook.objects.get().problem


def fail(bring: Bring, signed: Signed) -> None:
    bring("amazon_ses", signed("Notification", told()))
    for n in range(in_s3.MOST_REFUSALS + 1):
        with later(400 * n):
            in_s3.step()


def test_what_cannot_be_fetched_is_set_aside_with_its_reason_and_can_be_tried_again(
    town: Town,
    client: Client,
    bring: Bring,
    signed: Signed,
    store: S3,
    letter: Letter,
    settings: Any,
) -> None:
    settings.S3_SECRET = "a wrong secret"
    store.objects[BUCKET, "inbox/one"] = letter()
    fail(bring, signed)
    assert MailInS3.objects.get().state == "set_aside" and len(store.asked) == in_s3.MOST_REFUSALS
    assert Notice.objects.filter(recipient__role="administrator").count() == 1

    client.force_login(town.ana.person)
    page = client.get("/mail/quarantine").content.decode()
    for shown in ("Black screen", "Tess Turner", "SignatureDoesNotMatch", f"{BUCKET}/inbox/one"):
        assert shown in page
    assert "a wrong secret" not in page and "Nothing was set aside" not in page
    assert '<span class="count">1</span>' in page

    settings.S3_SECRET = SECRET
    client.post("/mail/quarantine/retry")
    in_s3.step()
    assert RawMail.objects.count() == 1
    assert "Black screen" not in client.get("/mail/quarantine").content.decode()


def test_one_that_nobody_wants_is_discarded_and_comes_back_by_one_press(
    town: Town, client: Client, bring: Bring, signed: Signed, store: S3, letter: Letter
) -> None:
    fail(bring, signed)  # there is no such object
    mail = MailInS3.objects.get()
    client.force_login(town.ana.person)
    client.post(f"/mail/quarantine/s3/{mail.pk}/discard")
    assert "Nothing was set aside" in client.get("/mail/quarantine").content.decode()
    assert "NoSuchKey" in client.get("/mail/quarantine?discarded=yes").content.decode()
    client.post("/mail/quarantine/retry")
    assert MailInS3.objects.get().state == "discarded"

    store.objects[BUCKET, "inbox/one"] = letter()
    client.post(f"/mail/quarantine/s3/{mail.pk}/retry")
    in_s3.step()
    assert RawMail.objects.count() == 1


@pytest.mark.django_db
def test_a_mail_that_is_larger_than_the_desk_takes_is_set_aside(
    bring: Bring, signed: Signed, store: S3, settings: Any
) -> None:
    settings.MAX_MAIL_BYTES = 10_000
    store.objects[BUCKET, "inbox/one"] = b"x" * 10_001
    fail(bring, signed)
    assert "too large" in MailInS3.objects.get().problem and not RawMail.objects.exists()


@pytest.mark.django_db
def test_what_amazon_has_not_signed_makes_the_desk_fetch_nothing(
    bring: Bring, signed: Signed, store: S3
) -> None:
    forged = {**signed("Notification", told()), "Message": told("inbox/another")}
    assert bring("amazon_ses", forged).status_code == 500
    assert not MailInS3.objects.exists()


@pytest.mark.django_db
def test_a_topic_that_says_that_it_works_brings_nothing(bring: Bring, signed: Signed) -> None:
    said = "Successfully validated SNS topic for Amazon SES event publishing."
    assert bring("amazon_ses", signed("Notification", said)).json() == {"stored": 0}
    assert receiving.known()[0].webhook
