"""The quick door: a raw ASGI app before Django, for the kinds whose secret is their address alone.

What arrives within the same few milliseconds is stored in one transaction, and each sender is answered
after its commit. Django's own door (`views.door`) takes what needs more: a signature, a key in the body.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import time
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from deskbell.monitoring.intake.receiving import DRAINED, KEPT_HEADERS, LARGEST
from deskbell.monitoring.models import Source
from deskbell.realtime.listening import parameters
from deskbell.realtime.stream import Receive, Scope, Send, answer
from deskbell.realtime.wake import CHANNEL

PREFIX = "/alerts/"
QUICK = frozenset({Source.Kind.ALERTMANAGER, Source.Kind.KUMA, Source.Kind.SNS, Source.Kind.JSON})
BATCH = 200  # bodies of one transaction
MOST_WAITING = 5000
KNOWN_FOR = 2.0  # seconds; a renewed address answers no longer than that
WITHIN = 10.0  # seconds, to store what has come
AGAIN = {"error": "It could not be stored; send it again."}
log = logging.getLogger(__name__)


@dataclass
class Waiting:
    """A body that has come, and who is told its number once it is stored."""

    source: int
    content: bytes
    size: int
    headers: dict[str, str]
    is_test: bool
    stored: asyncio.Future[int]


class Door:
    """The quick door of one web process."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Waiting] = asyncio.Queue(MOST_WAITING)
        self._known: dict[tuple[str, str], tuple[float, int]] = {}
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._busy = asyncio.Lock()
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Belongs at the start of the server's event loop."""
        self._running = asyncio.create_task(self._store_forever(), name="alerts")

    async def stop(self) -> None:
        """Let go; who was not answered sends again."""
        if self._running:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running
        if self._connection:
            await self._connection.close()

    def takes(self, scope: Scope) -> bool:
        """Is it a POST to the address of a kind that needs nothing but its address?"""
        return scope["method"] == "POST" and _named(scope["path"])[0] in QUICK

    async def take(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer `POST /alerts/<kind>/<secret>`: 404 for a wrong secret, 503 if it can't be stored,
        202 if more came than is kept, else 200."""
        kind, token = _named(scope["path"])
        try:
            content, size = await _body(receive)
            async with asyncio.timeout(WITHIN):
                source = await self._source(kind, token)
                if source is None:
                    await answer(send, 404, {"error": "No source has this address."})
                    return
                waiting = _waiting(scope, source, content, size)
                await self._queue.put(waiting)
                stored = await waiting.stored
        except ConnectionError:
            return  # the sender was cut off, and sends again
        except (psycopg.Error, OSError, TimeoutError) as error:
            log.warning("An alert could not be stored: %s", error)
            await answer(send, 503, AGAIN)
            return
        await answer(send, 202 if size > len(content) else 200, {"stored": stored})

    async def _source(self, kind: str, token: str) -> int | None:
        known = self._known.get((kind, token))
        if known and known[0] > time.monotonic():
            return known[1]
        async with self._busy:
            connection = await self._connected()
            found = await connection.execute(
                "SELECT id FROM monitoring_source WHERE kind = %s AND token = %s", [kind, token]
            )
            row = await found.fetchone()
            await connection.commit()
        if row is None:
            self._known.pop((kind, token), None)
            return None
        self._known[kind, token] = time.monotonic() + KNOWN_FOR, row[0]
        return int(row[0])

    async def _store_forever(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                async with self._busy, asyncio.timeout(WITHIN):
                    numbers = await self._store(batch)
            except (psycopg.Error, OSError, TimeoutError) as error:
                await self._give_up(batch, error)
            else:
                for waiting, number in zip(batch, numbers, strict=True):
                    if not waiting.stored.done():
                        waiting.stored.set_result(number)

    async def _store(self, batch: list[Waiting]) -> list[int]:
        """One transaction; returns the numbers, in order, once it has been committed."""
        connection = await self._connected()
        async with connection.transaction(), connection.cursor() as cursor:
            await cursor.executemany(_INSERT, [_row(each) for each in batch], returning=True)
            numbers = []
            while True:
                row = await cursor.fetchone()
                assert row is not None
                numbers.append(int(row[0]))
                if not cursor.nextset():
                    break
            await cursor.execute("SELECT pg_notify(%s, 'alerts')", [CHANNEL])
        return numbers

    async def _give_up(self, batch: list[Waiting], error: Exception) -> None:
        """Whoever waits hears that it was not stored, and the next batch gets another connection."""
        if self._connection:
            with contextlib.suppress(psycopg.Error, OSError):
                await self._connection.close()
            self._connection = None
        for waiting in batch:
            if not waiting.stored.done():
                waiting.stored.set_exception(OSError(str(error)))

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        if self._connection is None or self._connection.closed or self._connection.broken:
            self._connection = await psycopg.AsyncConnection.connect(**parameters())
        return self._connection


_INSERT = """
    INSERT INTO monitoring_body
        (source_id, content, sha256, size, received_at, state, result, headers, is_test)
    VALUES (%s, %s, %s, %s, clock_timestamp(), 'waiting', '', %s, %s) RETURNING id
"""


def _row(waiting: Waiting) -> list[Any]:
    digest = hashlib.sha256(waiting.content).hexdigest()
    headers = Jsonb(waiting.headers, dumps=json.dumps)
    return [waiting.source, waiting.content, digest, waiting.size, headers, waiting.is_test]


def _named(path: str) -> tuple[str, str]:
    """Kind and secret of an address; two empty texts for every other address."""
    parts = path.removeprefix(PREFIX).split("/") if path.startswith(PREFIX) else []
    return (parts[0], parts[1]) if len(parts) == 2 else ("", "")


def _waiting(scope: Scope, source: int, content: bytes, size: int) -> Waiting:
    given = {name.decode("latin-1").lower(): value for name, value in scope["headers"]}
    headers = {
        name: given[name].decode("latin-1")[:1000].replace("\x00", "")
        for name in KEPT_HEADERS
        if name in given
    }
    is_test = given.get("x-deskbell-test") == b"1"
    return Waiting(
        source, content, size, headers, is_test, asyncio.get_running_loop().create_future()
    )


async def _body(receive: Receive) -> tuple[bytes, int]:
    """The part that is kept, and the full size. Raises ConnectionError if the sender was cut off."""
    kept, size, more = bytearray(), 0, True
    while more and size < DRAINED:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError
        chunk = message.get("body", b"")
        size += len(chunk)
        kept += chunk[: LARGEST - len(kept)]
        more = message.get("more_body", False)
    return bytes(kept), size
