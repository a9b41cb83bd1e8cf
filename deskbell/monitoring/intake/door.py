"""The quick door: a raw ASGI app before Django, for every kind of alert that comes by HTTP.

The secret is checked first, and a body is read only for whoever has it, within a time and a size. Where
the secret stands in the body (PagerDuty) strangers share a small room of their own. What arrives within
the same few milliseconds is stored in one transaction, and each sender is answered after its commit.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

import psycopg

from deskbell.lib import clock
from deskbell.lib.holding import Full, Held, Room
from deskbell.monitoring.intake.addresses import Addresses, Known
from deskbell.monitoring.intake.batches import Batches, Gone, NotStored, Waiting
from deskbell.monitoring.intake.grafana import signing
from deskbell.monitoring.intake.linking import WITHIN
from deskbell.monitoring.intake.pagerduty import answering
from deskbell.monitoring.intake.receiving import DRAINED, KEPT_HEADERS, LARGEST
from deskbell.monitoring.models import Source
from deskbell.realtime.stream import Receive, Scope, Send, answer

PREFIX = "/alerts/"
KINDS = frozenset(
    {Source.Kind.ALERTMANAGER, Source.Kind.GRAFANA, Source.Kind.KUMA, Source.Kind.SNS}
    | {Source.Kind.JSON}
)
READ_WITHIN = 30.0  # seconds, from the first byte of a body to its last
STRANGERS_WITHIN = 8.0  # seconds, while nobody knows whose body it is
MOST_HELD = 256 * 1024 * 1024  # bytes of bodies that are read or wait to be stored
MOST_OF_STRANGERS = 32 * 1024 * 1024  # bytes of bodies whose key was not seen yet
AGAIN = "It could not be stored; send it again."
NOBODY = {"error": "No source has this address."}
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Said:
    """What a sender is told."""

    status: int
    body: dict[str, Any]


class Door:
    """The quick door of one web process."""

    def __init__(self) -> None:
        self.addresses = Addresses()
        self.batches = Batches()
        self._room, self._strangers = Room(MOST_HELD), Room(MOST_OF_STRANGERS)

    async def start(self) -> None:
        """Belongs at the start of the server's event loop."""
        await self.batches.start()

    async def stop(self) -> None:
        """Let go; who was not answered sends again."""
        await self.batches.stop()
        await self.addresses.close()

    def takes(self, scope: Scope) -> bool:
        """Does it bring a body to the address of a kind that has one, or an event for PagerDuty?"""
        path, method = str(scope["path"]), str(scope["method"])
        if path in answering.PATHS:
            return method == "POST"
        return method in {"POST", "PUT"} and _named(path)[0] in KINDS

    async def take(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer `POST /alerts/<kind>/<secret>`: 404 for a wrong secret, 503 if it can't be stored,
        202 if more came than is kept, else 200; and PagerDuty's clients as PagerDuty does."""
        event = answering.PATHS.get(scope["path"])
        try:
            if event:
                said = await self._take_event(scope, receive, event)
            else:
                said = await self._take_body(scope, receive)
        except ConnectionError:
            return  # the sender was cut off, and sends again
        except Full:
            log.warning("Too many bodies of alerts come at once; one was sent away.")
            said = Said(503, {"error": AGAIN})
        except (psycopg.Error, OSError, TimeoutError, NotStored) as error:
            log.warning("An alert was not stored: %s %s", type(error).__name__, error)
            said = Said(503, {"error": AGAIN})
        await answer(send, said.status, said.body)

    async def _take_body(self, scope: Scope, receive: Receive) -> Said:
        kind, token = _named(scope["path"])
        source = await self._found(kind, token)
        if source is None:
            return Said(404, NOBODY)
        with self._room.held() as held:
            content, size = await _body(receive, held)
            given = _headers(scope)
            if why := signing.why_not_theirs(source, given, content, now=clock.now()):
                return Said(403, {"error": why})
            try:
                stored = await self._stored(source, given, content, size)
            except Gone:
                return Said(404, NOBODY)
        return Said(202 if size > len(content) else 200, {"stored": stored})

    async def _take_event(self, scope: Scope, receive: Receive, version: answering.Version) -> Said:
        with self._strangers.held() as stranger:
            content, size = await _body(receive, stranger, within=STRANGERS_WITHIN)
            source = await self._found(Source.Kind.PAGERDUTY, answering.key_in(content))
        if source is None:
            return Said(400, version.refused())
        opened = answering.opened(content)
        with self._room.held() as held:
            held.add(len(content))
            try:
                await self._stored(source, _headers(scope), content, size)
            except Gone:
                return Said(400, version.refused())
        return Said(version.taken, version.thanked(opened))

    async def _found(self, kind: str, token: str) -> Known | None:
        async with asyncio.timeout(WITHIN):
            return await self.addresses.find(kind, token)

    async def _stored(self, source: Known, given: dict[str, str], content: bytes, size: int) -> int:
        kept = {
            name: given[name][:1000].replace("\x00", "") for name in KEPT_HEADERS if name in given
        }
        is_test = given.get("x-deskbell-test") == "1"
        async with asyncio.timeout(WITHIN):
            return await self.batches.store(Waiting(source.pk, content, size, kept, is_test))


def _named(path: str) -> tuple[str, str]:
    """Kind and secret of an address; two empty texts for every other address."""
    parts = path.removeprefix(PREFIX).split("/") if path.startswith(PREFIX) else []
    return (parts[0], parts[1]) if len(parts) == 2 else ("", "")


def _headers(scope: Scope) -> dict[str, str]:
    """By their names in lower case."""
    return {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
    }


async def _body(receive: Receive, held: Held, *, within: float = READ_WITHIN) -> tuple[bytes, int]:
    """The part that is kept, and the full size. Raises ConnectionError if the sender was cut off,
    TimeoutError if it is too slow, Full if there is no room."""
    kept, size, more = bytearray(), 0, True
    async with asyncio.timeout(within):
        while more and size < DRAINED:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ConnectionError
            chunk = message.get("body", b"")
            size += len(chunk)
            part = chunk[: LARGEST - len(kept)]
            held.add(len(part))
            kept += part
            more = message.get("more_body", False)
    return bytes(kept), size
