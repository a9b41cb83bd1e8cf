"""Storing a mail durably: one INSERT and one NOTIFY in one transaction, before anyone hears `250`."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from deskbell.mail.door.identity import Identity, identity_of

MOST_CONNECTIONS = 4
SECONDS_TO_CONNECT = 3
SECONDS_TO_STORE = 30

# Two doors that get the same mail at once come one after the other. The check is a statement of its
# own: each sees what was committed before it began, so the second finds what the first has stored.
LOCK = "SELECT pg_advisory_xact_lock(%s)"
INSERT = """
    INSERT INTO mail_rawmail
        (raw, identity, has_message_id, door, sender, recipients, peer, helo, received_at)
    SELECT %(raw)s, %(identity)s, %(has_message_id)s, %(door)s, %(sender)s, %(recipients)s, %(peer)s,
        %(helo)s,
        greatest(now() - interval '7 days', least(now(), coalesce(%(received)s::timestamptz, now())))
    WHERE NOT EXISTS (
        SELECT FROM mail_rawmail
        WHERE identity = %(identity)s AND (%(has_message_id)s OR received_at > now() - interval '1 hour')
    )
"""
NOTIFY = "SELECT pg_notify('deskbell_work', 'mail')"


def statements(raw: bytes, identity: Identity, envelope: Envelope) -> list[tuple[str, Any]]:
    """What stores a mail, for one transaction. No door stores in another way."""
    lock = int.from_bytes(identity.digest[:8], "big", signed=True)
    return [(LOCK, [lock]), (INSERT, _row(raw, identity, envelope)), (NOTIFY, [])]


class CannotStore(Exception):
    """The database can't take the mail now; the client should come again."""


@dataclass(frozen=True)
class Envelope:
    """Who gave us the mail, by which door, and for whom.

    `received`: since when a mailbox elsewhere has had it, if it did not come just now; it counts
    from then, at most 7 days back (K13).
    """

    sender: str
    recipients: list[str]
    peer: str
    door: str = "smtp"
    helo: str = ""
    received: datetime | None = None


class Store:
    """A few connections, made when needed. One that broke is thrown away, and the next mail after a
    restart of PostgreSQL connects at once: psycopg's own pool waits longer after each failure."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._idle: list[psycopg.AsyncConnection] = []
        self._slots = asyncio.Semaphore(MOST_CONNECTIONS)

    async def store(self, raw: bytes, envelope: Envelope) -> None:
        """Return when the mail is committed, or was before. Raises CannotStore."""
        identity = identity_of(raw)
        try:
            async with asyncio.timeout(SECONDS_TO_STORE), self._slots:
                if not await self._stored_by_idle(raw, identity, envelope):
                    connection = await self._connect()
                    await self._store_by(connection, raw, identity, envelope)
        except (psycopg.Error, OSError, TimeoutError) as error:
            raise CannotStore(str(error)) from error

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close()

    async def _stored_by_idle(self, raw: bytes, identity: Identity, envelope: Envelope) -> bool:
        """Try a connection from before; it may have died meanwhile, and then all of them have."""
        while self._idle:
            try:
                await self._store_by(self._idle.pop(), raw, identity, envelope)
            except psycopg.OperationalError:
                continue
            return True
        return False

    async def _store_by(
        self,
        connection: psycopg.AsyncConnection,
        raw: bytes,
        identity: Identity,
        envelope: Envelope,
    ) -> None:
        try:
            async with connection.pipeline(), connection.transaction():
                for statement, values in statements(raw, identity, envelope):
                    await connection.execute(statement, values, binary=statement is INSERT)
        except BaseException:
            with suppress(psycopg.Error):
                await connection.close()
            raise
        self._idle.append(connection)

    async def _connect(self) -> psycopg.AsyncConnection:
        connection = await psycopg.AsyncConnection.connect(
            self._database_url, autocommit=True, connect_timeout=SECONDS_TO_CONNECT
        )
        await connection.execute("SET synchronous_commit TO on")
        return connection


def _row(raw: bytes, identity: Identity, envelope: Envelope) -> dict[str, object]:
    return {
        "raw": raw,
        "identity": identity.digest,
        "has_message_id": identity.has_message_id,
        "sender": _storable(envelope.sender),
        "recipients": [_storable(each) for each in envelope.recipients],
        "peer": _storable(envelope.peer),
        "door": envelope.door,
        "helo": _storable(envelope.helo)[:255],
        "received": envelope.received,
    }


def _storable(text: str) -> str:
    """PostgreSQL takes neither NUL nor half a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "backslashreplace").decode()
