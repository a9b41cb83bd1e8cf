"""A mail handed over on standard input, by a mail server's pipe. Knows no Django, as all of this door."""

from __future__ import annotations

import asyncio
from email.parser import BytesHeaderParser
from email.utils import parseaddr

from deskbell.mail.door.storing import Envelope, Store

# What Postfix, Exim and Sendmail understand: keep the mail and come again, or give it back.
STORED, NOT_A_MAIL, COME_AGAIN = 0, 65, 75


def sender_in(raw: bytes) -> str:
    """The sender for a mail that came without an envelope, as from a file: whom its Return-Path names,
    else its From. Empty if it came from nobody, as bounces do."""
    headers = BytesHeaderParser().parsebytes(raw)
    named = headers["Return-Path"] or headers["From"] or ""
    return parseaddr(str(named))[1]


def take(raw: bytes, envelope: Envelope, *, database_url: str) -> None:
    """Return when the mail is committed, or was before. Raises CannotStore."""

    async def store() -> None:
        door = Store(database_url)
        try:
            await door.store(raw, envelope)
        finally:
            await door.close()

    asyncio.run(store())
