"""The process of the SMTP door. The door itself is `deskbell.mail.door`, and knows no Django."""

from __future__ import annotations

from deskbell.config import environment as env
from deskbell.config.database import database_url


def serve() -> None:
    """Take mail until SIGTERM or Ctrl-C."""
    from deskbell.mail.door import server

    server.serve(
        host=env.HOST.value(),
        port=env.SMTP_PORT.value(),
        database_url=database_url(env.DATA.value()),
        support_address=env.SUPPORT_ADDRESS.value(),
        most_bytes=env.MAX_MAIL_MB.value() * 1024 * 1024,
    )
