"""For which addresses the door takes mail: the one of the settings, and those that administrators added."""

from __future__ import annotations

import logging
import time

import psycopg

SECONDS_KEPT = 10
SECONDS_TO_ASK = 3
QUERY = "SELECT address FROM mail_supportaddress WHERE active"
log = logging.getLogger(__name__)


class KnownAddresses:
    """The table is asked at most every ten seconds, and only about an address that is not known yet; while
    PostgreSQL is away, what was known holds."""

    def __init__(self, database_url: str, first: str) -> None:
        self._database_url = database_url
        self._first = first
        self._others: frozenset[str] = frozenset()
        self._read_at = -float("inf")

    async def take(self, address: str) -> bool:
        """Is it one of the desk's addresses, in any case, with or without `+anything` before the @?"""
        if is_for(self._first, address):
            return True
        if time.monotonic() - self._read_at > SECONDS_KEPT:
            await self._read()
        return any(is_for(each, address) for each in self._others)

    async def _read(self) -> None:
        self._read_at = time.monotonic()
        try:
            async with await psycopg.AsyncConnection.connect(
                self._database_url, autocommit=True, connect_timeout=SECONDS_TO_ASK
            ) as connection:
                rows = await (await connection.execute(QUERY)).fetchall()
                self._others = frozenset(str(address) for (address,) in rows)
        except psycopg.Error as error:
            log.warning("The desk's addresses could not be read: %s", error)


def is_for(support_address: str, address: str) -> bool:
    """Is it this support address, in any case, with or without `+anything` before the @?"""
    local, _, domain = address.lower().rpartition("@")
    mailbox, _, host = support_address.lower().rpartition("@")
    return domain == host and (local == mailbox or local.startswith(f"{mailbox}+"))
