"""Servers on this machine for the checks to ask: they answer as a test tells them to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from deskbell.lib import clock
from deskbell.monitoring.checks.common import Question, Tools, Verdict, verdict_of
from deskbell.monitoring.checks.http.fetching import session
from deskbell.monitoring.checks.kinds import KINDS

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Loop:
    """An event loop in a thread of its own, for servers beside the code under test."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()


@contextmanager
def serving(serve: Serve, *, port: int = 0, ssl: Any = None) -> Iterator[int]:
    """Serve each connection by `serve`; gives the port."""

    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    loop = Loop()
    server = loop.run(asyncio.start_server(guarded, "127.0.0.1", port, ssl=ssl))

    async def end() -> None:
        server.close()
        others = [each for each in asyncio.all_tasks() if each is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.run(end())
        loop.close()


class Pages:
    """An HTTP server: `answers` maps a path to (status, headers, body); `asked` is what came, in full."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], str]] = {}
        self.asked: list[str] = []
        self.silent = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            (
                int(line[15:])
                for line in head.split("\r\n")
                if line.lower().startswith("content-length")
            ),
            0,
        )
        body = (await reader.readexactly(length)).decode()
        self.asked.append(head + body)
        if self.silent:
            await asyncio.sleep(60)
        path = head.split(" ")[1]
        status, headers, text = self.answers.get(path, (200, {}, "Welcome"))
        lines = [
            f"HTTP/1.1 {status} Said",
            f"Content-Length: {len(text.encode())}",
            "Connection: close",
        ]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", text]).encode())
        await writer.drain()


def ask(
    kind: str, asks: dict[str, Any], secrets: dict[str, str] | None = None, within: float = 5
) -> Verdict:
    """One check, asked as the process does."""

    async def go() -> Verdict:
        async with session() as http:
            question = Question(asks, secrets or {}, within)
            return await verdict_of(KINDS[kind].ask, question, Tools(http), clock.now())

    return asyncio.run(go())
