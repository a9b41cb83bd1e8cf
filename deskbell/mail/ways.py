"""Which way out the mails take, as the settings say."""

from __future__ import annotations

from django.conf import settings

from deskbell.mail.service import Service
from deskbell.mail.transport import Outbox, Relay, Transport


def way_out() -> Transport:
    """The mail service if one is named, else the relay, else the outbox folder."""
    if settings.MAIL_SERVICE:
        return Service(settings.MAIL_SERVICE)
    return Relay(settings.EMAIL_RELAY) if settings.EMAIL_RELAY else Outbox(settings.OUTBOX)
