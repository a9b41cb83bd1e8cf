"""The process of the SMTP door. The door itself is `deskbell.mail.door`, and knows no Django."""

from __future__ import annotations


def serve() -> None:
    """Take mail until SIGTERM or Ctrl-C."""
    from deskbell.mail.door.server import serve

    serve()
