"""`/live`: server-sent events as a raw ASGI app, without Django on the way of a request."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from deskbell.realtime import topics
from deskbell.realtime.hub import Hub, Revoked, Unavailable
from deskbell.realtime.listener import Cursor, Listener
from deskbell.realtime.origins import cross_origin_headers

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = Sequence[tuple[bytes, bytes]]

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Stream:
    """The streams of one web process, and whether it is well."""

    def __init__(self) -> None:
        self.hub: Hub | None = None
        self._running: Sequence[asyncio.Task[None]] = ()

    async def start(self) -> None:
        """Begin to listen; belongs at the start of the server's event loop."""
        self.hub = Hub()
        self._running = [
            asyncio.create_task(self.hub.run(), name="hub"),
            asyncio.create_task(self.hub.beat(), name="heartbeat"),
        ]

    async def stop(self) -> None:
        """End all streams."""
        if self.hub is None:
            return
        self.hub.close()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer `/live?topics=<token>&last=<id>`: 403 tells the page to fetch a new token, 503 to
        come back in a moment."""
        readable = _readable_by(scope)
        try:
            listener = await self._admit(scope)
        except (topics.Invalid, Revoked) as refusal:
            sentence = str(refusal) or "You may no longer listen to this."
            await answer(send, 403, {"error": sentence}, readable)
        except Unavailable:
            sentence = "The database doesn't answer; try again soon."
            await answer(send, 503, {"error": sentence}, readable)
        else:
            await self._serve(listener, receive, send, readable)

    async def health(self, send: Send) -> None:
        """Answer `/health`: 200 if the database answers, 503 otherwise."""
        answers = self.hub is not None and await self.hub.answers()
        listeners = self.hub.count if self.hub else 0
        await answer(send, 200 if answers else 503, {"database": answers, "listeners": listeners})

    async def _admit(self, scope: Scope) -> Listener:
        query = parse_qs(scope["query_string"].decode("latin-1"))
        allowed = topics.read(_token(scope))
        if allowed.origin and allowed.origin != _origin(scope):
            raise topics.Invalid("This list of topics was signed for the pages of another site.")
        if self.hub is None:
            raise Unavailable
        signed_at = Cursor.parse(allowed.since)
        return await self.hub.listen(allowed.topics, signed_at, _last(scope, query) or signed_at)

    async def _serve(
        self, listener: Listener, receive: Receive, send: Send, readable: Headers
    ) -> None:
        """Send until the browser leaves, the listener is cut off or the stream ends."""
        tasks = [
            asyncio.create_task(_send_all(listener, send, readable)),
            asyncio.create_task(_until_left(receive)),
            asyncio.create_task(listener.cut_off()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if self.hub:
                self.hub.leave(listener)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def answer(send: Send, status: int, body: dict[str, Any], more: Headers = ()) -> None:
    """A short answer in JSON."""
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store"), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


async def _send_all(listener: Listener, send: Send, readable: Headers) -> None:
    headers = [*HEADERS, *readable]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    async for chunk in listener.chunks():
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _until_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _readable_by(scope: Scope) -> Headers:
    """Let a portal's bubble read what it is told: the desk has signed its pass for this very origin."""
    origin = _origin(scope)
    with contextlib.suppress(topics.Invalid):
        allowed = bool(origin) and topics.read(_token(scope)).origin == origin
        readable = cross_origin_headers(origin, allowed=allowed)
        return [
            (name.lower().encode(), value.encode("latin-1")) for name, value in readable.items()
        ]
    return [(b"vary", b"Origin")]


def _origin(scope: Scope) -> str:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    found = [value for name, value in headers if name == b"origin"]
    return found[0].decode("latin-1") if found else ""


def _token(scope: Scope) -> str:
    query: bytes = scope["query_string"]
    return parse_qs(query.decode("latin-1")).get("topics", [""])[0]


def _last(scope: Scope, query: dict[str, list[str]]) -> Cursor | None:
    """Where the browser wants to go on: what it names in the address, else in its header."""
    named = query.get("last", [""])[0] or next(
        (value.decode("latin-1") for name, value in scope["headers"] if name == b"last-event-id"),
        "",
    )
    try:
        return Cursor.parse(named)
    except ValueError:
        return None
