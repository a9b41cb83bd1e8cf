"""Which secret address is whose: all of them in memory, read anew every few seconds.

So a flood of guessed ones costs the database one query now and then, on a connection of its own, and
whoever has a right one does not wait behind it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deskbell.monitoring.intake.linking import WITHIN, Link

KNOWN_FOR = 2.0  # seconds; a renewed address answers no longer than that
APART = 0.2  # seconds between two readings; whoever is not known yet waits no longer for the next


@dataclass(frozen=True)
class Known:
    """What the door has to know of a source."""

    pk: int
    kind: str
    sealed: str
    settings: Mapping[str, Any]


class Addresses:
    """The secrets of all sources. Raises psycopg.Error, OSError or TimeoutError while the database does
    not answer: then nobody is told that theirs is wrong."""

    def __init__(self) -> None:
        self._link = Link()
        self._known: dict[tuple[str, str], Known] = {}
        self._read_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    async def find(self, kind: str, token: str) -> Known | None:
        """The source with this secret; None only if one that was added a moment ago has it neither."""
        asked_at = time.monotonic()
        await self._newer_than(asked_at - KNOWN_FOR)
        if (kind, token) not in self._known:
            await self._newer_than(asked_at)
        return self._known.get((kind, token))

    async def close(self) -> None:
        if self._reading:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        await self._link.close()

    async def _newer_than(self, instant: float) -> None:
        """Everyone who waits shares the next reading, whoever of them leaves."""
        while self._read_at <= instant:
            if self._reading is None or self._reading.done():
                self._reading = asyncio.create_task(self._read(), name="addresses")
            await asyncio.shield(self._reading)

    async def _read(self) -> None:
        await asyncio.sleep(max(0.0, self._read_at + APART - time.monotonic()))

        began = time.monotonic()
        async with self._link.used() as connection, asyncio.timeout(WITHIN):
            found = await connection.execute(
                "SELECT kind, token, id, sealed, settings FROM monitoring_source"
            )
            rows = await found.fetchall()
            await connection.commit()
        self._known = {(row[0], row[1]): Known(row[2], row[0], row[3], row[4]) for row in rows}
        self._read_at = began
