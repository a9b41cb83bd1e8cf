"""Amazon SES: mails that SNS brings, or of which it tells that they lie in S3, and what became of those that
left. SNS signs all that it posts.

Without Amazon's own library, which `django-anymail` would use for S3 and for saying yes to a subscription.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType
from anymail.webhooks import amazon_ses
from anymail.webhooks.base import AnymailBaseWebhookView
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from deskbell.lib import clock, sns
from deskbell.mail.webhooks.models import MailInS3


class _Signed:
    """What SNS posts, of which nothing is believed that Amazon has not signed."""

    def __init__(self, **more: Any) -> None:
        AnymailBaseWebhookView.__init__(self, **more)

    def parse_events(self, request: HttpRequest) -> Any:
        sns.verify(self._parse_sns_message(request))  # type: ignore[attr-defined]
        return super().parse_events(request)  # type: ignore[misc]

    def auto_confirm_sns_subscription(self, sns_message: Mapping[str, Any]) -> None:
        """Whoever asks knows the secret address, and Amazon signed it."""
        sns.confirm(sns_message)


class Inbound(_Signed, amazon_ses.AmazonSESInboundWebhookView):  # type: ignore[misc]  # anymail has no types
    """Mails, with their bytes. One that lies in S3 is no event: `in_s3` answers it."""

    def esp_to_anymail_events(self, told: Mapping[str, Any], sns_message: Any) -> Any:
        if told.get("notificationType") == "Received" and _action(told).get("type") == "S3":
            return []
        return super().esp_to_anymail_events(told, sns_message)


class Reports(_Signed, amazon_ses.AmazonSESTrackingWebhookView):  # type: ignore[misc]
    """What became of mails that left by Amazon SES: delivered, bounced, complained of, or late."""

    def esp_to_anymail_events(self, told: Mapping[str, Any], sns_message: Any) -> Any:
        kind = told.get("eventType") or told.get("notificationType")
        if kind == "DeliveryDelay":
            late = told["deliveryDelay"]["delayedRecipients"]
            return [self._late(told, each) for each in late]
        if kind == "Bounce" and told["bounce"].get("bounceType") != "Permanent":
            # A full mailbox, and also somebody's “out of office”: no reason to give up an address.
            return [self._late(told, each) for each in told["bounce"]["bouncedRecipients"]]
        return super().esp_to_anymail_events(told, sns_message)

    def _late(self, told: Mapping[str, Any], each: Mapping[str, Any]) -> AnymailTrackingEvent:
        return AnymailTrackingEvent(
            event_type=EventType.DEFERRED,
            message_id=told["mail"].get("messageId"),
            recipient=each["emailAddress"],
            mta_response=each.get("diagnosticCode"),
            description=told.get("bounce", {}).get("bounceSubType"),
            esp_event=told,
        )


def told_in(body: bytes) -> dict[str, Any]:
    """What SES says in a notification; nothing if SNS alone speaks, as when a topic is set up."""
    said = json.loads(body)
    if said.get("Type") != "Notification":
        return {}
    try:
        told = json.loads(said["Message"])
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def in_s3(body: bytes) -> list[MailInS3]:
    """The (unsaved) mail of which a notification tells that it lies in S3, if it does."""
    told = told_in(body)
    if told.get("notificationType") != "Received" or _action(told).get("type") != "S3":
        return []
    mail, named = told.get("mail", {}), told.get("mail", {}).get("commonHeaders", {})
    return [
        MailInS3(
            bucket=_action(told)["bucketName"],
            key=_action(told)["objectKey"],
            sender=_storable(mail.get("source")),
            recipients=[_storable(each) for each in told["receipt"].get("recipients", [])],
            author=_storable(", ".join(named.get("from") or []))[:320],
            subject=_storable(named.get("subject"))[:500],
            received_at=_instant(mail.get("timestamp")),
        )
    ]


def _action(told: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = told.get("receipt", {}).get("action", {})
    return found


def _storable(text: object) -> str:
    return str(text or "").replace("\0", "").encode("utf-8", "backslashreplace").decode()


def _instant(text: object) -> datetime:
    """When Amazon got it; now, if it does not say."""
    try:
        found = parse_datetime(str(text))
    except ValueError:
        found = None
    return found if found and found.tzinfo else clock.now()
