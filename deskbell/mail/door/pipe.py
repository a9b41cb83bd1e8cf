"""A mail handed over on standard input, by a mail server's pipe. Knows no Django, as all of this door."""

from __future__ import annotations

import asyncio

from deskbell.mail.door.storing import Envelope, Store

# What Postfix, Exim and Sendmail understand: keep the mail and come again, or give it back.
STORED, NOT_A_MAIL, COME_AGAIN = 0, 65, 75


def take(raw: bytes, envelope: Envelope, *, database_url: str) -> None:
    """Return when the mail is committed, or was before. Raises CannotStore."""

    async def store() -> None:
        door = Store(database_url)
        try:
            await door.store(raw, envelope)
        finally:
            await door.close()

    asyncio.run(store())
