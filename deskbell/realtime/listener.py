"""One open stream: what waits to be sent to it, and how an event looks on the wire."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

MOST_WAITING = 256  # chunks; who reads slower than that is cut off, and resumes
RETRY_MILLISECONDS = 1000


@dataclass(frozen=True)
class Cursor:
    """Up to where someone has seen everything: all transactions below `horizon`, looked at `at`
    (seconds, PostgreSQL's clock)."""

    horizon: int
    at: int

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Read the id of an event, `<horizon>.<at>.<event id>`. Raises ValueError."""
        horizon, at, _ = text.split(".")
        if not (horizon.isdecimal() and at.isdecimal() and len(text) < 60):
            raise ValueError(text)
        return cls(int(horizon), int(at))


@dataclass
class Told:
    """Up to where a hub has told everyone. Its listeners share it: to say so to each of 10,000 after every
    event took longer than the event."""

    cursor: Cursor = Cursor(0, 0)


@dataclass
class Event:
    """One row as the hub read it, written out once for all its listeners."""

    id: int
    transaction: int
    topic: str
    name: str
    data: str
    at: int
    _written: dict[Cursor, bytes] = field(default_factory=dict)

    def written(self, cursor: Cursor) -> bytes:
        """The event on the wire; `cursor` is where someone who has read this may go on."""
        if cursor not in self._written:
            self._written[cursor] = write(cursor, self.id, self.name, self.data)
        return self._written[cursor]


class Listener:
    """A queue of chunks between the hub and one connection. The hub never waits for it."""

    def __init__(self, topics: frozenset[str], told: Told) -> None:
        self.topics = topics
        self._told = told
        self._waiting: deque[bytes] = deque()
        self._woken = asyncio.Event()
        self._known: frozenset[int] = frozenset()
        self._ended = False
        self._cut_off: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def begin(self, missed: Sequence[Event], before: Cursor, now: Cursor) -> None:
        """First what it missed. The hub may read the same rows once more, and skips them then."""
        self._put(f"retry: {RETRY_MILLISECONDS}\n\n".encode())
        self.tell(missed, before, now)
        self._put(write(now, 0))
        self._known = frozenset(event.id for event in missed)

    def tell(self, events: Sequence[Event], before: Cursor, now: Cursor) -> None:
        """Queue what one look has found. Only the last event says that all of it was read."""
        fresh = [event for event in events if event.id not in self._known]
        for event in fresh[:-1]:
            self._put(event.written(before))
        for event in fresh[-1:]:
            self._put(event.written(now))

    def has_joined(self) -> None:
        """The hub has looked since this one began, and reads nothing again that it has missed."""
        self._known = frozenset()

    def say(self, name: str) -> None:
        """Queue an event of the stream itself: `resync` or `revoke`."""
        self._put(write(self._told.cursor, 0, name))

    def beat(self, chunk: bytes) -> None:
        """A heartbeat, where nothing else is on its way."""
        if not self._waiting:
            self._put(chunk)

    def close(self) -> None:
        """End the stream when what waits has been sent."""
        self._ended = True
        self._woken.set()

    async def cut_off(self) -> None:
        """Returns when the listener has fallen too far behind and must be disconnected."""
        await self._cut_off

    async def chunks(self) -> AsyncIterator[bytes]:
        """What to send, as it comes."""
        while self._waiting or not self._ended:
            if not self._waiting:
                await self._woken.wait()
            self._woken.clear()
            if self._waiting:
                together = b"".join(self._waiting)
                self._waiting.clear()
                yield together

    def _put(self, chunk: bytes) -> None:
        if self._ended:
            return
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.clear()
            self.close()
            if not self._cut_off.done():
                self._cut_off.set_result(None)
            return
        self._waiting.append(chunk)
        self._woken.set()


def heartbeat(cursor: Cursor) -> bytes:
    """It says that the stream lives, and moves the cursor on."""
    return b": still here\n" + write(cursor, 0)


def write(cursor: Cursor, event_id: int, name: str = "", data: str = "") -> bytes:
    """One event on the wire. Without a name it only moves the cursor: browsers dispatch nothing."""
    lines = [f"id: {cursor.horizon}.{cursor.at}.{event_id}"]
    if name:
        lines.append(f"event: {name}")
        lines += [f"data: {line}" for line in data.replace("\r", "\n").split("\n")]
    return ("\n".join(lines) + "\n\n").encode()
