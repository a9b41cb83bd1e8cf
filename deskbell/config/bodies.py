"""Bodies of requests to pages are there before Django's thread is taken: it has two, and whoever sends
slowly, or says a length and then nothing, would hold the whole desk with two connections."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, MutableMapping
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from deskbell.lib.holding import Held, Room
from deskbell.realtime.stream import Receive, Scope

IN_MEMORY = 256 * 1024  # bytes of one body; a longer one waits in a file
PIECE = 1024 * 1024
LARGEST = 8 * 1024 * 1024  # of a form, with a calendar or a logo
LARGEST_MAIL = 128 * 1024 * 1024  # that a mail service brings, as JSON with its files
MAILS = "/mail/in/"
MOST_HELD = (
    1024 * 1024 * 1024
)  # bytes of all bodies that are on their way: of mails, and of all others
SILENT_FOR = 20.0  # seconds between two pieces
WITHIN = 600.0  # seconds for all of it: a large attachment by a slow line


class Slow(Exception):
    """It did not come in time."""


class TooLarge(Exception):
    """No page takes as much."""


class Bodies:
    """The bodies of one web process that are on their way."""

    def __init__(self) -> None:
        self._mails, self._others = Room(MOST_HELD), Room(MOST_HELD)

    @contextlib.asynccontextmanager
    async def read(self, scope: Scope, receive: Receive) -> AsyncIterator[Receive]:
        """What gives the body again, piece by piece. Raises Slow, TooLarge, Full, or ConnectionError when
        the sender left."""
        if not _has_body(scope):
            yield _as_coroutine(receive)
            return
        is_mail = str(scope["path"]).startswith(MAILS)
        room, most = (self._mails, LARGEST_MAIL) if is_mail else (self._others, LARGEST)
        if _declared(scope) > most:
            raise TooLarge
        with (
            room.held() as held,
            SpooledTemporaryFile(IN_MEMORY) as spooled,
        ):
            try:
                async with asyncio.timeout(WITHIN):
                    await _spool(receive, spooled, held, most)
            except TimeoutError:
                raise Slow from None
            spooled.seek(0)
            yield _again(spooled, held.size, receive)


def _has_body(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    return b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0"


def _declared(scope: Scope) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() and len(length) < 16 else 0


async def _spool(
    receive: Receive, spooled: SpooledTemporaryFile[bytes], held: Held, most: int
) -> None:
    more = True
    while more:
        async with asyncio.timeout(SILENT_FOR):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError
        chunk = message.get("body", b"")
        held.add(len(chunk))
        if held.size > most:
            raise TooLarge
        spooled.write(chunk)
        more = message.get("more_body", False)


async def whole(receive: Receive) -> bytes:
    """A body that `Bodies.read` gives, at once."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def once_more(body: bytes, receive: Receive) -> Receive:
    """What gives a body again that was read as a `whole`."""
    return _again(BytesIO(body), len(body), receive)


def _again(spooled: IO[bytes], size: int, receive: Receive) -> Receive:
    given = 0

    async def received() -> MutableMapping[str, Any]:
        nonlocal given
        if given >= size and given:
            return await receive()
        piece = spooled.read(PIECE)
        given += len(piece) or 1
        return {"type": "http.request", "body": piece, "more_body": given < size}

    return received


def _as_coroutine(receive: Receive) -> Receive:
    """granian's `receive` gives an awaitable of its own, and a2wsgi insists on a coroutine."""

    async def received() -> MutableMapping[str, Any]:
        return await receive()

    return received
