"""What a mail service reports by its webhook, read by `django-anymail`: delivered, bounced, complained of."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType
from anymail.webhooks.base import AnymailCoreWebhookView
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import HttpRequest

from deskbell.lib.errors import NotFound
from deskbell.lib.outbound import Unreachable
from deskbell.lib.sns import NotFromAmazon
from deskbell.mail.models import OutboundMail
from deskbell.mail.returns import by_service_id, late, report
from deskbell.mail.webhooks import amazon

STATES = {
    EventType.DELIVERED: OutboundMail.State.DELIVERED,
    EventType.BOUNCED: OutboundMail.State.BOUNCED,
    EventType.REJECTED: OutboundMail.State.BOUNCED,
    EventType.FAILED: OutboundMail.State.BOUNCED,
    EventType.COMPLAINED: OutboundMail.State.COMPLAINED,
}
LARGEST = 2 * 1024 * 1024  # bytes; Django refuses more


class Forged(Exception):
    """The request doesn't know the secret."""


class Unproved(Exception):
    """It knows the secret, but that Amazon has signed it can't be seen: perhaps it can in a moment."""


def take(request: HttpRequest, service: str) -> int:
    """Take in what the service reports; returns how many mails it told of. Raises NotFound for a service
    that this desk doesn't use, Forged, Unproved, and ValueError for what can't be read."""
    if not _is_used(service) or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise NotFound("There is no such webhook.")
    view = _reader_of(service)
    view.setup(request)
    try:
        view.run_validators(request)
    except AnymailWebhookValidationFailure as error:
        raise Forged(str(error)) from error
    except AnymailError as error:
        raise ValueError(f"This is not what {service} writes.") from error
    try:
        events = view.parse_events(request)
    except (NotFromAmazon, Unreachable) as error:
        raise Unproved(str(error)) from error
    except (KeyError, TypeError, AttributeError, AnymailError, ImproperlyConfigured) as error:
        raise ValueError(f"This is not what {service} writes.") from error
    return sum(_take_event(event) for event in events)


@transaction.atomic
def _take_event(event: Any) -> bool:
    if not isinstance(event, AnymailTrackingEvent):
        return False
    state = STATES.get(event.event_type)
    if state is None and event.event_type != EventType.DEFERRED:
        return False
    mail = by_service_id(str(event.message_id or ""), event.recipient or "")
    if mail is None:
        return False
    why = " ".join(
        str(event.mta_response or event.description or event.reject_reason or "").split()
    )
    if state is None:
        late(mail, why)
    else:
        report(mail, state, why=why, at=event.timestamp)
    return True


def _is_used(service: str) -> bool:
    """Do mails leave by it? By Amazon SES they do through a relay, since its API needs its own library."""
    if service == "amazon_ses":
        return bool(settings.EMAIL_RELAY and not settings.MAIL_SERVICE)
    return bool(service == settings.MAIL_SERVICE)


def _reader_of(service: str) -> AnymailCoreWebhookView:
    """The view of `django-anymail` that reads this service's reports."""
    if service == "amazon_ses":
        return amazon.Reports()
    room = import_module(f"anymail.webhooks.{service}")
    for name, found in vars(room).items():
        if name.endswith(("TrackingWebhookView", "CombinedWebhookView")):
            return found()
    raise NotFound("This service reports nothing.")
