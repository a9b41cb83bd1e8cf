"""A connection of the quick door to PostgreSQL: made when it is needed, and made anew after a fault."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import psycopg

from deskbell.realtime.listening import parameters

NAME = "deskbell alerts"  # as the database's administrator sees it
WITHIN = 10.0  # seconds for what is asked of the database


class Link:
    """One connection, for one user at a time."""

    def __init__(self) -> None:
        self._connection: psycopg.AsyncConnection[Any] | None = None

    @contextlib.asynccontextmanager
    async def used(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """The connection; one that failed in the block is given up, unless it was about the data alone."""
        try:
            if self._connection is None or self._connection.closed or self._connection.broken:
                self._connection = await psycopg.AsyncConnection.connect(
                    **parameters() | {"application_name": NAME}
                )
            yield self._connection
        except (psycopg.DataError, psycopg.IntegrityError):
            raise
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            with contextlib.suppress(psycopg.Error, OSError):
                await connection.close()
