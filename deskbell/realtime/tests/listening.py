"""A browser for tests: it talks to the stream as granian would, and remembers what it was told."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db import connection, transaction

from deskbell.realtime.publish import publish
from deskbell.realtime.stream import Stream

PATIENCE = 10.0
T = TypeVar("T")


class Browser:
    """One connection to `/live`: `events` are (name, data) as they came, `last` is its cursor."""

    def __init__(self, stream: Stream, token: str, last: str = "") -> None:
        self._stream, self._token, self.last = stream, token, last
        self.status = 0
        self.events: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self._leave = asyncio.Event()
        self._blocked = asyncio.Event()
        self._blocked.set()

    async def __aenter__(self) -> Browser:
        query = urlencode({"topics": self._token, "last": self.last})
        scope = {"query_string": query.encode(), "headers": []}
        self.task = asyncio.create_task(self._stream.live(scope, self._receive, self._send))
        await eventually(lambda: self.status != 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._leave.set()
        await asyncio.wait_for(self.task, PATIENCE)

    def stop_reading(self) -> None:
        """Let the connection clog, as a sleeping laptop does."""
        self._blocked.clear()

    def named(self, name: str) -> list[str]:
        """The data of all events of this name."""
        return [data for event, data in self.events if event == name]

    async def _receive(self) -> dict[str, Any]:
        await self._leave.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        await self._blocked.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif self.status == 200:
            for block in message["body"].decode().split("\n\n"):
                self._take(block)

    def _take(self, block: str) -> None:
        fields = [line.partition(": ")[::2] for line in block.split("\n") if line]
        for name, value in fields:
            if name == "id":
                self.last = value
        data = "\n".join(value for name, value in fields if name == "data")
        for name, value in fields:
            if name == "event":
                self.events.append((value, data))
                self.ids.append(self.last.rpartition(".")[2])


async def eventually(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until it holds; fails after ten seconds."""
    limit = asyncio.get_running_loop().time() + seconds
    while not holds():
        assert asyncio.get_running_loop().time() < limit, "it never came true"
        await asyncio.sleep(0.01)


@asynccontextmanager
async def running() -> AsyncIterator[Stream]:
    """A stream with its hub connected."""
    stream = Stream()
    await stream.start()
    assert stream.hub is not None
    while not await stream.hub.answers():
        await asyncio.sleep(0.01)
    try:
        yield stream
    finally:
        await stream.stop()


async def off_the_loop(work: Callable[..., T], *arguments: Any) -> T:
    """Do blocking work of Django in a thread, and leave no connection behind."""

    def do() -> T:
        try:
            return work(*arguments)
        finally:
            connection.close()

    return await asyncio.to_thread(do)


def tell(topic: str, data: str, name: str = "row") -> None:
    """One committed event."""
    with transaction.atomic():
        publish(topic, name, data)


class SlowTransaction:
    """A transaction that has published, and commits when it is told to."""

    def __init__(self, topic: str, data: str) -> None:
        self._published, self._may_commit = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=(topic, data))
        self._thread.start()
        assert self._published.wait(PATIENCE)

    def commit(self) -> None:
        self._may_commit.set()
        self._thread.join(PATIENCE)

    def _run(self, topic: str, data: str) -> None:
        try:
            with transaction.atomic():
                publish(topic, "row", data)
                self._published.set()
                self._may_commit.wait(PATIENCE)
        finally:
            connection.close()


def run(story: Callable[[], Coroutine[Any, Any, None]] | Awaitable[None]) -> None:
    """Play an asynchronous story to its end."""
    asyncio.run(asyncio.wait_for(story() if callable(story) else story, 60))
