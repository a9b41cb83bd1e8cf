"""The ways out: an SMTP relay, a mail service's API, or the outbox folder if there is neither."""

from __future__ import annotations

import itertools
import os
import re
import secrets
import smtplib
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from deskbell.lib import clock
from deskbell.mail.composing import composed, return_path_of
from deskbell.mail.models import OutboundMail
from deskbell.mail.queueing import also_known_as
from deskbell.mail.signing import Signer

AMAZON = re.compile(r"email-smtp(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?", re.IGNORECASE)
ANSWERED = re.compile(r"Ok ([\w-]{20,200})\s*", re.IGNORECASE)
SECONDS = 20  # for each answer of the relay
_numbers = itertools.count(1)  # keeps the order of what is written in one instant


class Failed(Exception):
    """The mail did not leave. `permanent`: trying again won't help, it is about this mail or address."""

    def __init__(self, sentence: str, *, permanent: bool = False) -> None:
        super().__init__(sentence)
        self.permanent = permanent


class Transport:
    """A way out for a batch of mails."""

    is_down = False  # the relay can't be reached: the rest of the batch needn't be tried

    def send(self, mail: OutboundMail) -> str:
        """Hand the mail over; returns the name under which a service reports on it. Raises Failed."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None


class Outbox(Transport):
    """Writes each mail as a file, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._signer = Signer()

    def send(self, mail: OutboundMail) -> str:
        name = f"{clock.now():%Y%m%dT%H%M%S.%f}-{next(_numbers):06}-{secrets.token_hex(3)}"
        raw = self._signer.signed(composed(mail), mail)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = self._folder / f".{name}.part"
            with draft.open("wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(self._folder / f"{name}.eml")
        except OSError as error:
            raise Failed(f"The outbox folder can't be written: {error.strerror}.") from error
        return ""


class _Plain(smtplib.SMTP):
    """Keeps what the relay said when it took the last mail."""

    last_answer = b""

    def data(self, msg: Any) -> tuple[int, bytes]:
        code, self.last_answer = super().data(msg)
        return code, self.last_answer


class _Encrypted(_Plain, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class Relay(Transport):
    """One SMTP connection, opened with the first mail and closed after the last."""

    def __init__(self, relay: Mapping[str, Any]) -> None:
        self._relay = relay
        self._signer = Signer()
        self._smtp: smtplib.SMTP | None = None

    def send(self, mail: OutboundMail) -> str:
        raw = self._signer.signed(composed(mail), mail)
        options = [] if mail.recipient.isascii() else ["SMTPUTF8"]
        try:
            smtp = self._connected()
            smtp.sendmail(return_path_of(mail), [mail.recipient], raw, mail_options=options)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise Failed(_said(code, text), permanent=code >= 500) from error
        except smtplib.SMTPDataError as error:
            raise Failed(
                _said(error.smtp_code, error.smtp_error), permanent=error.smtp_code >= 500
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Failed(f"The relay can't do what is needed: {error}.") from error
        except smtplib.SMTPSenderRefused as error:
            raise Failed(_said(error.smtp_code, error.smtp_error)) from error
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            self._drop()
            self.is_down = not isinstance(error, UnicodeError)
            raise Failed(f"The relay {self._relay['host']} could not be used: {error}") from error
        return self._renamed(mail, smtp)

    def _renamed(self, mail: OutboundMail, smtp: smtplib.SMTP) -> str:
        """Amazon SES gives each mail a Message-ID of its own, made of the name that it answers with and by
        which it reports: an answer will name that one. Of other relays the answer's words mean nothing."""
        region = AMAZON.fullmatch(self._relay["host"])
        said = ANSWERED.fullmatch(getattr(smtp, "last_answer", b"").decode("ascii", "replace"))
        if not region or not said:
            return ""
        host = "email" if region[1] == "us-east-1" else region[1]
        also_known_as(mail, f"<{said[1]}@{host}.amazonses.com>")
        return said[1]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._smtp:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
            self._drop()

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = (_Encrypted if self._relay["ssl"] else _Plain)(
                self._relay["host"],
                self._relay["port"],
                local_hostname=_own_name(),
                timeout=self._relay["timeout"] or SECONDS,
            )
            if self._relay["tls"]:
                self._smtp.starttls(context=ssl.create_default_context())
            if self._relay["user"]:
                self._smtp.login(self._relay["user"], self._relay["password"])
        return self._smtp

    def _drop(self) -> None:
        if self._smtp:
            self._smtp.close()
            self._smtp = None


def _said(code: int, text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"The relay said {code} {' '.join(said.split())}"


def _own_name() -> str:
    """How the desk names itself to the relay; asking the name server could take long."""
    return socket.gethostname() or "localhost"
