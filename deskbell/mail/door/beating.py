"""The door says that it is alive, by a connection of its own: it must not wait behind mails."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import psycopg

from deskbell.realtime.beats import BEAT, EVERY, FAREWELL, WITHIN

NAME = "smtp"
PATIENCE = 10.0  # seconds


async def keep_beating(database_url: str) -> None:
    """Until cancelled; while the database is away, others say so."""
    try:
        while True:
            with suppress(psycopg.Error, OSError, TimeoutError):
                await _execute(database_url, BEAT, [NAME, WITHIN])
            await asyncio.sleep(EVERY)
    finally:
        with suppress(psycopg.Error, OSError, TimeoutError):
            await _execute(database_url, FAREWELL, [NAME])


async def _execute(database_url: str, statement: str, values: list[object]) -> None:
    async with (
        asyncio.timeout(PATIENCE),
        await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection,
    ):
        await connection.execute(statement.encode(), values)
