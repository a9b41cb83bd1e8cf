"""Storing mails durably, before anyone hears `250`. Those that arrive while a commit is under way share
the next one: nobody waits for a timer, and the more come at once, the less a commit costs for each."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg

from deskbell.mail.door.identity import Identity, identity_of

MOST_CONNECTIONS = 2  # more would commit fewer mails each
MOST_TOGETHER = 50  # mails of one commit
ROOM = 4 * 1024 * 1024  # bytes of those that share one, after the first
SECONDS_TO_CONNECT = 3
SECONDS_TO_STORE = 30

# Two doors that get the same mail at once come one after the other. The check is a statement of its
# own: each sees what was committed before it began, so the second finds what the first has stored.
# Locks are taken in one order, so two transactions never wait for each other in a ring.
LOCK = "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS keys (key)"
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
    return _statements([(raw, identity, envelope)])


def _statements(mails: Sequence[tuple[bytes, Identity, Envelope]]) -> list[tuple[str, Any]]:
    keys = {int.from_bytes(identity.digest[:8], "big", signed=True) for _, identity, _ in mails}
    rows = [(INSERT, _row(*mail)) for mail in mails]
    return [(LOCK, [sorted(keys)]), *rows, (NOTIFY, [])]


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


@dataclass
class _Handed:
    """A mail that someone waits for; `done` ends when it is committed, or can't be."""

    raw: bytes
    identity: Identity
    envelope: Envelope
    done: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    @property
    def as_row(self) -> tuple[bytes, Identity, Envelope]:
        return self.raw, self.identity, self.envelope


class Store:
    """A few connections, made when needed, on which mails are committed together. One that broke is thrown
    away, and the next mail after a restart of PostgreSQL connects at once: psycopg's own pool waits
    longer after each failure."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._idle: list[psycopg.AsyncConnection] = []
        self._waiting: deque[_Handed] = deque()
        self._committing: set[asyncio.Task[None]] = set()

    async def store(self, raw: bytes, envelope: Envelope) -> None:
        """Return when the mail is committed, or was before. Raises CannotStore."""
        handed = _Handed(raw, identity_of(raw), envelope)
        self._waiting.append(handed)
        if len(self._committing) < MOST_CONNECTIONS:
            task = asyncio.create_task(self._commit_what_waits())
            self._committing.add(task)
        try:
            async with asyncio.timeout(SECONDS_TO_STORE):
                await handed.done
        except TimeoutError as error:
            raise CannotStore("It took too long.") from error

    async def close(self) -> None:
        for task in list(self._committing):
            task.cancel()
        await asyncio.gather(*self._committing, return_exceptions=True)
        while self._idle:
            await self._idle.pop().close()

    async def _commit_what_waits(self) -> None:
        try:
            while together := self._next():
                await self._commit(together)
        finally:  # at once, and not when the loop comes round: a mail that arrives now needs another
            self._committing.discard(asyncio.current_task())

    async def _commit(self, together: list[_Handed]) -> None:
        try:
            await self._store_together(together)
        except (psycopg.OperationalError, OSError, TimeoutError) as error:
            _fail(together, error)
        except Exception as error:  # noqa: BLE001 - one of them is at fault: the others needn't suffer
            if len(together) == 1:
                _fail(together, error)
            else:
                for each in together:
                    await self._commit([each])
        except BaseException:
            _fail(together, OSError("The door was closed meanwhile."))
            raise

    def _next(self) -> list[_Handed]:
        """Those that have waited longest, without those for whom nobody waits any more."""
        found: list[_Handed] = []
        room = ROOM
        while self._waiting and len(found) < MOST_TOGETHER:
            size = len(self._waiting[0].raw)
            if found and size > room:
                break
            room -= size
            handed = self._waiting.popleft()
            if not handed.done.done():
                found.append(handed)
        return found

    async def _store_together(self, mails: list[_Handed]) -> None:
        async with asyncio.timeout(SECONDS_TO_STORE):
            if not await self._stored_by_idle(mails):
                await self._store_by(await self._connect(), mails)
        for each in mails:
            if not each.done.done():
                each.done.set_result(None)

    async def _stored_by_idle(self, mails: list[_Handed]) -> bool:
        """Try a connection from before; it may have died meanwhile, and then all of them have."""
        while self._idle:
            try:
                await self._store_by(self._idle.pop(), mails)
            except psycopg.OperationalError:
                continue
            return True
        return False

    async def _store_by(self, connection: psycopg.AsyncConnection, mails: list[_Handed]) -> None:
        try:
            async with connection.pipeline(), connection.transaction():
                for statement, values in _statements([each.as_row for each in mails]):
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


def _fail(mails: list[_Handed], error: Exception) -> None:
    for each in mails:
        if not each.done.done():
            failed = CannotStore(str(error))
            failed.__cause__ = error
            each.done.set_exception(failed)


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
