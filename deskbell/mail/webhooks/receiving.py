"""Taking what a mail service brings, and the secret addresses to which it brings it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.outbound import Unreachable
from deskbell.lib.sns import NotFromAmazon
from deskbell.mail.door.identity import identity_of
from deskbell.mail.door.storing import Envelope, statements
from deskbell.mail.webhooks import in_s3
from deskbell.mail.webhooks.fetching import Unfetched
from deskbell.mail.webhooks.forms import read_whole
from deskbell.mail.webhooks.models import Webhook
from deskbell.mail.webhooks.services import SERVICES, Service, unwrapped

SAID = (Refused, Unreachable, NotFromAmazon, Unfetched)  # they are sentences already
WRAPPED = 2  # a mail in base64 or in a form is larger than itself


@dataclass(frozen=True)
class Known:
    """A service with its address, if it has one."""

    key: str
    service: Service
    webhook: Webhook | None
    address: str


class Misunderstood(Exception):
    """What was brought is not what this service brings; it may try again after an upgrade."""


def known() -> list[Known]:
    """All services, each with the address that was made for it."""
    made = {webhook.service: webhook for webhook in Webhook.objects.all()}
    return [
        Known(key, service, made.get(key), _address(made[key]) if key in made else "")
        for key, service in SERVICES.items()
    ]


def renew(service: str) -> Webhook:
    """Make the secret address of a service; the one before ends."""
    if service not in SERVICES:
        raise Refused(f"The desk knows no mail service “{service}”.")
    token = secrets.token_urlsafe(32)
    fresh = {"token": token, "made_at": clock.now(), "last_at": None, "problem": ""}
    webhook, _ = Webhook.objects.update_or_create(service=service, defaults=fresh)
    return webhook


def forget(service: str) -> None:
    """Take nothing from a service any more."""
    Webhook.objects.filter(service=service).delete()


def take(service: str, token: str, request: HttpRequest) -> int:
    """Store what was brought or told of; answers how many mails, when that is committed. Raises NotFound
    for a wrong address, TooLarge, Misunderstood, and what the database raises."""
    webhook = Webhook.objects.filter(service=service, token=token).first()
    if webhook is None:
        raise NotFound("There is nothing at this address.")
    fields = read_whole(request, settings.MAX_MAIL_BYTES * WRAPPED)
    try:
        brought = unwrapped(service, request, fields)
        elsewhere = SERVICES[service].elsewhere(request.body)
    except Exception as error:
        told = str(error) if isinstance(error, SAID) else f"{type(error).__name__}: {error}"
        problem = told[:500].replace("\0", "")
        Webhook.objects.filter(pk=webhook.pk).update(problem=problem)
        raise Misunderstood(problem) from error
    for mail in brought:
        _store(mail.raw, Envelope(mail.sender, mail.recipients, peer="", door="webhook"))
    in_s3.keep(elsewhere)
    Webhook.objects.filter(pk=webhook.pk).update(last_at=clock.now(), problem="")
    return len(brought) + len(elsewhere)


@transaction.atomic
def _store(raw: bytes, envelope: Envelope) -> None:
    with connection.cursor() as cursor:
        for statement, values in statements(raw, identity_of(raw), envelope):
            cursor.execute(statement, values or None)


def _address(webhook: Webhook) -> str:
    ending = "/mime" if webhook.service == "mailgun" else ""
    return f"{settings.DESK_URL}/mail/in/{webhook.service}/{webhook.token}{ending}"
