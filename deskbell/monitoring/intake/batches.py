"""Storing what the quick door took: all that came within a few milliseconds in one transaction."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from deskbell.monitoring.intake.linking import WITHIN, Link
from deskbell.realtime.wake import CHANNEL

BATCH = 200  # bodies of one transaction
MOST_WAITING = 5000
log = logging.getLogger(__name__)


class Gone(Exception):
    """The source was removed while its body came: its address is nobody's now."""


class NotStored(Exception):
    """It is not in the database; whoever sent it should send it again."""


@dataclass
class Waiting:
    """A body that has come, and who is told its number once it is stored."""

    source: int
    content: bytes
    size: int
    headers: dict[str, str]
    is_test: bool
    stored: asyncio.Future[int] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Batches:
    """The bodies of one web process on their way into the database."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Waiting] = asyncio.Queue(MOST_WAITING)
        self._link = Link()
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
        await self._link.close()

    async def store(self, waiting: Waiting) -> int:
        """The body's number once it is committed. Raises Gone, or NotStored."""
        await self._queue.put(waiting)
        return await waiting.stored

    async def _store_forever(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._store_or_say_why_not(batch)

    async def _store_or_say_why_not(self, batch: Sequence[Waiting]) -> None:
        """If it is a row's own fault, halves are tried until that row stands alone; the others are kept."""
        try:
            numbers = await self._stored(batch)
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            if len(batch) == 1:
                _refuse(batch, _why(error))
                return
            middle = len(batch) // 2
            await self._store_or_say_why_not(batch[:middle])
            await self._store_or_say_why_not(batch[middle:])
        except (psycopg.Error, OSError, TimeoutError) as error:
            _refuse(batch, NotStored(f"{type(error).__name__}: {error}"))
        except Exception:  # else those who wait would never be answered
            log.exception("The desk failed on %s bodies of alerts", len(batch))
            _refuse(batch, NotStored("the desk's own fault"))
        else:
            for waiting, number in zip(batch, numbers, strict=True):
                if not waiting.stored.done():
                    waiting.stored.set_result(number)

    async def _stored(self, batch: Sequence[Waiting]) -> list[int]:
        """One transaction; returns the numbers, in order, once it has been committed."""
        async with (
            asyncio.timeout(WITHIN),
            self._link.used() as connection,
            connection.transaction(),
            connection.cursor() as cursor,
        ):
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


_INSERT = """
    INSERT INTO monitoring_body
        (source_id, content, sha256, size, received_at, state, result, headers, is_test)
    VALUES (%s, %s, %s, %s, clock_timestamp(), 'waiting', '', %s, %s) RETURNING id
"""


def _row(waiting: Waiting) -> list[Any]:
    digest = hashlib.sha256(waiting.content).hexdigest()
    headers = Jsonb(waiting.headers, dumps=json.dumps)
    return [waiting.source, waiting.content, digest, waiting.size, headers, waiting.is_test]


def _why(error: psycopg.Error) -> Exception:
    if isinstance(error, psycopg.errors.ForeignKeyViolation):
        return Gone()
    return NotStored(f"{type(error).__name__}: {error}")


def _refuse(batch: Sequence[Waiting], why: Exception) -> None:
    log.warning("%s could not be stored: %s", _counted(batch), why or "its source is gone")
    for waiting in batch:
        if not waiting.stored.done():
            waiting.stored.set_exception(why)


def _counted(batch: Sequence[Waiting]) -> str:
    return "An alert's body" if len(batch) == 1 else f"{len(batch)} bodies of alerts"
