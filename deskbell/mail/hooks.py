"""What a mail service reports by its webhook, read by `django-anymail`: delivered, bounced, complained of."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType
from anymail.webhooks.base import AnymailCoreWebhookView
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from deskbell.lib.errors import NotFound
from deskbell.mail.models import OutboundMail
from deskbell.mail.returns import by_service_id, report

STATES = {
    EventType.DELIVERED: OutboundMail.State.DELIVERED,
    EventType.BOUNCED: OutboundMail.State.BOUNCED,
    EventType.REJECTED: OutboundMail.State.BOUNCED,
    EventType.FAILED: OutboundMail.State.BOUNCED,
    EventType.COMPLAINED: OutboundMail.State.COMPLAINED,
}
LARGEST = 2 * 1024 * 1024  # bytes; Django refuses more


class Forged(Exception):
    """The request doesn't know the secret, or its signature is wrong."""


def take(request: HttpRequest, service: str) -> int:
    """Take in what the service reports; returns how many mails it told of. Raises NotFound for a service
    that this desk doesn't use, Forged, and ValueError for what can't be read."""
    if service != settings.MAIL_SERVICE or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise NotFound("There is no such webhook.")
    view = _reader_of(service)
    view.setup(request)
    try:
        view.run_validators(request)
    except AnymailWebhookValidationFailure as error:
        raise Forged(str(error)) from error
    try:
        events = view.parse_events(request)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"This is not what {service} writes.") from error
    return sum(_take_event(event) for event in events)


@transaction.atomic
def _take_event(event: Any) -> bool:
    state = STATES.get(getattr(event, "event_type", ""))
    if state is None or not isinstance(event, AnymailTrackingEvent):
        return False
    mail = by_service_id(str(event.message_id or ""), event.recipient or "")
    if mail is None:
        return False
    why = event.mta_response or event.description or event.reject_reason or ""
    report(mail, state, why=" ".join(str(why).split()), at=event.timestamp)
    return True


def _reader_of(service: str) -> AnymailCoreWebhookView:
    """The view of `django-anymail` that reads this service's reports."""
    room = import_module(f"anymail.webhooks.{service}")
    for name, found in vars(room).items():
        if name.endswith(("TrackingWebhookView", "CombinedWebhookView")):
            return found()
    raise NotFound("This service reports nothing.")
