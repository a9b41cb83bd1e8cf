"""A mail service that `django-anymail` knows, in place of a relay. It signs with DKIM by itself."""

from __future__ import annotations

from email.headerregistry import Address
from email.mime.image import MIMEImage
from types import TracebackType

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from anymail.message import AnymailMessage
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from deskbell.mail.composing import attached, headers_of, logo_of
from deskbell.mail.models import OutboundMail
from deskbell.mail.queueing import also_known_as
from deskbell.mail.transport import Failed, Transport

SECONDS = 20  # for the service's answer
ABOUT_THIS_MAIL = {400, 413, 422}  # statuses that say so; all others are about us, or pass
SET_BY_THE_SERVICE = {"From", "To", "Cc", "Subject", "Date"}
# Services that write a Message-ID of their own, made from the name that they answer with.
OWN_IDS = {"postmark": "<{}@mtasv.net>"}


class Service(Transport):
    """One connection to the service's API."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._connection: BaseEmailBackend | None = None

    def send(self, mail: OutboundMail) -> str:
        message = self._message(mail)
        try:
            self._connected().send_messages([message])
        except AnymailRecipientsRefused as error:
            raise Failed(f"The mail service refused {mail.recipient}.", permanent=True) from error
        except AnymailAPIError as error:
            status = error.status_code
            self.is_down = status is None
            raise Failed(_said(error), permanent=status in ABOUT_THIS_MAIL) from error
        except (AnymailError, ImproperlyConfigured, OSError) as error:
            raise Failed(f"The mail service could not be used: {error}") from error
        known = str(message.anymail_status.message_id or "")
        self._remember(mail, known)
        return known

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._connection:
            self._connection.close()

    def _connected(self) -> BaseEmailBackend:
        if self._connection is None:
            self._connection = get_connection(f"anymail.backends.{self._name}.EmailBackend")
        return self._connection

    def _message(self, mail: OutboundMail) -> AnymailMessage:
        headers = headers_of(mail)
        message = AnymailMessage(
            subject=str(headers["Subject"]),
            body=mail.text,
            from_email=str(headers["From"]),
            to=[_addressed(mail)],
            headers={
                name: str(value)
                for name, value in headers.items()
                if name not in {*SET_BY_THE_SERVICE, "Reply-To"}
            },
            reply_to=[str(headers["Reply-To"])] if "Reply-To" in headers else None,
        )
        message.attach_alternative(mail.html, "text/html")
        if picture := logo_of(mail):
            message.attach(_inline(picture, mail.logo_type, "logo"))
        for file in attached(mail):
            if file.content_id:
                message.attach(_inline(file.content, file.media_type, file.content_id))
            else:
                message.attach(file.name, file.content, file.media_type)
        return message

    def _remember(self, mail: OutboundMail, known: str) -> None:
        """An answer may name the service's id instead of ours."""
        pattern = OWN_IDS.get(self._name, "<{}>" if "@" in known else "")
        if known and pattern:
            also_known_as(mail, known if known.startswith("<") else pattern.format(known))


def _inline(picture: bytes, media_type: str, content_id: str) -> MIMEImage:
    """A picture that the HTML shows in its place."""
    image = MIMEImage(picture, media_type.partition("/")[2])
    image["Content-ID"], image["Content-Disposition"] = f"<{content_id}>", "inline"
    return image


def _addressed(mail: OutboundMail) -> str:
    if mail.recipient != mail.to_address:
        return mail.recipient
    local, _, domain = mail.to_address.rpartition("@")
    return str(Address(" ".join(mail.to_name.split()), local, domain))


def _said(error: AnymailAPIError) -> str:
    """What the service answered, without the keys that stand in a request."""
    if error.status_code is None:
        return "The mail service can't be reached."
    text = getattr(error.response, "text", "") or ""
    return f"The mail service said {error.status_code} {' '.join(text.split())[:300]}"
