"""Mail from the watch itself: no queue, no worker, no database. What the relay refuses is tried again."""

from __future__ import annotations

import secrets
import smtplib
import socket
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Any

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage as ServiceMessage
from django.core.mail import get_connection

SECONDS = 20
SET_BY_THE_SERVICE = {"From", "To", "Subject", "Date", "Message-ID"}


class NotSent(Exception):
    """The mail did not leave; the sentence says why."""


def send(addresses: Sequence[str], subject: str, text: str) -> None:
    """One mail to each, by the way that the settings name. Raises NotSent if any did not leave."""
    problems = []
    for address in addresses:
        try:
            _send(_composed(address, subject, text))
        except (smtplib.SMTPException, OSError, AnymailError, ImproperlyConfigured) as error:
            problems.append(f"{type(error).__name__}: {error}")
    if problems:
        raise NotSent(problems[0])


def _composed(address: str, subject: str, text: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = settings.SUPPORT_ADDRESS, address, subject
    mail["Date"] = formatdate(localtime=False)
    mail["Message-ID"] = make_msgid(domain=settings.SUPPORT_ADDRESS.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Priority"] = "1"
    mail.set_content(text)
    return mail


def _send(mail: EmailMessage) -> None:
    if settings.MAIL_SERVICE:
        _by_service(mail)
    elif settings.EMAIL_RELAY:
        _by_relay(mail, settings.EMAIL_RELAY)
    else:
        _into_outbox(mail, settings.OUTBOX)


def _by_relay(mail: EmailMessage, relay: dict[str, Any]) -> None:
    kind: type[smtplib.SMTP] = smtplib.SMTP_SSL if relay["ssl"] else smtplib.SMTP
    timeout = relay["timeout"] or SECONDS
    with kind(relay["host"], relay["port"], local_hostname=_own_name(), timeout=timeout) as smtp:
        if relay["tls"]:
            smtp.starttls(context=ssl.create_default_context())
        if relay["user"]:
            smtp.login(relay["user"], relay["password"])
        smtp.send_message(mail)


def _by_service(mail: EmailMessage) -> None:
    headers = {name: value for name, value in mail.items() if name not in SET_BY_THE_SERVICE}
    message = ServiceMessage(
        str(mail["Subject"]),
        mail.get_content(),
        str(mail["From"]),
        [str(mail["To"])],
        headers={n: v for n, v in headers.items() if not n.startswith(("Content-", "MIME-"))},
        connection=get_connection(f"anymail.backends.{settings.MAIL_SERVICE}.EmailBackend"),
    )
    message.send()


def _into_outbox(mail: EmailMessage, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".watch-{secrets.token_hex(8)}.part"
    draft.write_bytes(mail.as_bytes())
    draft.rename(folder / f"watch-{secrets.token_hex(8)}.eml")


def _own_name() -> str:
    name = socket.gethostname()
    return name if name.isascii() and name else "localhost"
