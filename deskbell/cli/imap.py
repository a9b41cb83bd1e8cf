"""The process that reads mailboxes elsewhere."""

from __future__ import annotations

import signal
import threading


def keep_reading() -> None:
    """Read all mailboxes until SIGTERM or Ctrl-C."""
    from django.conf import settings

    from deskbell.mail.mailboxes import keeping

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    keeping.keep_reading(stop, most_bytes=settings.MAX_MAIL_BYTES)
