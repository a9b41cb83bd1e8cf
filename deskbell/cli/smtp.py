"""The process of the SMTP door. The door itself is `deskbell.mail.door`, and knows no Django."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskbell.config import environment as env
from deskbell.config.database import database_url
from deskbell.lib.errors import Refused

if TYPE_CHECKING:
    from deskbell.mail.door.certificate import Certificate


def serve() -> None:
    """Take mail until SIGTERM or Ctrl-C."""
    from deskbell.mail.door import server

    server.serve(
        server.Listening(
            host=env.HOST.value(),
            port=env.SMTP_PORT.value(),
            lmtp_port=env.LMTP_PORT.value(),
            certificate=certificate(),
        ),
        database_url=database_url(env.DATA.value()),
        support_address=env.SUPPORT_ADDRESS.value(),
        most_bytes=env.MAX_MAIL_MB.value() * 1024 * 1024,
    )


def certificate() -> Certificate | None:
    """The operator's certificate for STARTTLS, if there is one. Refused if it can't be used."""
    from deskbell.mail.door.certificate import Certificate

    chain = env.SMTP_CERT.value()
    if chain is None:
        return None
    try:
        return Certificate(chain, env.SMTP_KEY.value())
    except OSError as error:
        raise Refused(
            f"The certificate in {env.SMTP_CERT.name} can't be used ({error}). Name a PEM file with the "
            f"certificate and its chain, and its key in {env.SMTP_KEY.name} if that is another file."
        ) from error
