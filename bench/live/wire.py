"""What the bench of live streams speaks over loopback: streams that stay open, POSTs that are answered."""

from __future__ import annotations

import asyncio
import json
import re
import time
from typing import Any
from urllib.parse import quote

HOST = "127.0.0.1"
AT_ONCE = 200  # connections that are being opened
PATIENCE = 60.0  # seconds


class Client:
    """A keep-alive connection that asks one thing after the other."""

    def __init__(self, port: int, network: str) -> None:
        self._port, self._network = port, network
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._one_at_a_time = asyncio.Lock()

    async def post(self, path: str, said: Any, token: str = "") -> tuple[int, Any]:
        """The status and what was answered, once what was asked before has been; connects if it must.

        A connection that was kept may have been closed meanwhile: then it is asked once more on a new one,
        as a browser does. Nothing is said twice, since what is said carries its id.
        """
        async with self._one_at_a_time:
            kept = self._writer is not None
            try:
                return await self._post(path, said, token)
            except (OSError, EOFError):
                if not kept:
                    raise
                self.close()
                return await self._post(path, said, token)

    async def _post(self, path: str, said: Any, token: str) -> tuple[int, Any]:
        body = json.dumps(said).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {token}\r\nX-Forwarded-For: {self._network}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(HOST, self._port)
        assert self._reader
        self._writer.write(head.encode() + body)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        return int(answer.split(" ", 2)[1]), json.loads(await self._body(answer))

    async def _body(self, head: str) -> bytes:
        assert self._reader
        if length := re.search(r"content-length: (\d+)", head, re.IGNORECASE):
            return await self._reader.readexactly(int(length[1]))
        whole = b""
        while size := int(await self._reader.readline(), 16):
            whole += (await self._reader.readexactly(size + 2))[:-2]
        await self._reader.readline()
        return whole

    def close(self) -> None:
        if self._writer:
            self._writer.close()
        self._reader = self._writer = None


class Stream:
    """An open stream; it keeps the id of the last event, as a browser does."""

    def __init__(self, port: int, token: str) -> None:
        self._path = f"/live?topics={quote(token)}"
        self._port = port
        self.last = ""
        self.heard: dict[str, float] = {}  # when each mark came
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    async def open(self, gate: asyncio.Semaphore, mark: re.Pattern[str] | None = None) -> None:
        """Open it, and read from then on: what matches `mark` is kept with its instant."""
        async with gate:
            reader, self._writer = await asyncio.open_connection(HOST, self._port)
            resumed = f"Last-Event-ID: {self.last}\r\n" if self.last else ""
            request = f"GET {self._path} HTTP/1.1\r\nHost: {HOST}\r\n{resumed}\r\n"
            self._writer.write(request.encode())
            head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise ValueError(head.decode("latin-1"))
        self._reading = asyncio.create_task(self._read(reader, mark))

    async def reopen(self, gate: asyncio.Semaphore, mark: re.Pattern[str]) -> float:
        """Try until it is open again, with doubling pauses of a random length; the instant it was."""
        pause = 0.25
        while True:
            try:
                await self.open(gate, mark)
                return time.perf_counter()
            except (OSError, EOFError, ValueError):
                await asyncio.sleep(pause * (0.5 + (hash(self) % 1000) / 1000))
                pause = min(pause * 2, 8)

    def close(self) -> None:
        if self._reading:
            self._reading.cancel()
        if self._writer:
            self._writer.close()

    async def _read(self, reader: asyncio.StreamReader, mark: re.Pattern[str] | None) -> None:
        try:
            while line := await reader.readline():
                if line.startswith(b"id: "):
                    self.last = line[4:].decode().strip()
                elif mark and line.startswith(b"data: "):
                    for found in mark.findall(line.decode("utf-8", "replace")):
                        self.heard.setdefault(found, time.perf_counter())
        except (OSError, ValueError):
            return


async def open_all(streams: list[Stream], mark: re.Pattern[str] | None = None) -> float:
    """Open all of them; the seconds that it took."""
    gate, began = asyncio.Semaphore(AT_ONCE), time.perf_counter()
    await asyncio.gather(*(stream.open(gate, mark) for stream in streams))
    return time.perf_counter() - began
