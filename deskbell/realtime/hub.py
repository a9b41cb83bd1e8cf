"""The hub of one web process: it reads each event once and hands it to everyone who may hear it.

How nothing is lost: the hub and every listener remember a *horizon*, the oldest transaction that
was still running when they last looked. Whatever commits later has that number or a higher one,
so "everything from the horizon on, except what I have already" also finds the events of slow
transactions, and those that were announced while a connection was cut. An announcement only says:
look now.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterable
from typing import Any

import psycopg

from deskbell.realtime import audience
from deskbell.realtime.listener import Cursor, Event, Listener, Told, heartbeat
from deskbell.realtime.listening import parameters
from deskbell.realtime.publish import CHANNEL, KEPT, REVOKE

LOOK_SECONDS = 10.0  # also without an announcement: it keeps the horizon young
HEARTBEAT_SECONDS = 15.0
BEAT_SECONDS = 0.25  # those whose heartbeat is due meanwhile get it together
MOST_MISSED = 1000
OVERLAP_SECONDS = 60
log = logging.getLogger(__name__)

# A transaction that left no trace on disk gives its number back when PostgreSQL crashes. So a
# cursor from before the server's start is also compared by time, with an overlap.
NEWS = """
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
           extract(epoch FROM now())::bigint,
           event.id, transaction, topic, name, data, extract(epoch FROM created_at)::bigint
      FROM (SELECT) AS always
      LEFT JOIN realtime_liveevent AS event
        ON (transaction >= %(horizon)s
            OR (pg_postmaster_start_time() >= to_timestamp(%(at)s)
                AND created_at > to_timestamp(%(at)s - %(overlap)s)))
       AND (%(topics)s::text[] IS NULL OR topic = ANY(%(topics)s))
     ORDER BY event.id
     LIMIT %(limit)s
"""
REVOKED = """
    SELECT EXISTS (SELECT FROM realtime_liveevent
                    WHERE name = %(name)s AND topic = ANY(%(topics)s)
                      AND transaction >= %(horizon)s)
"""


class Unavailable(Exception):
    """The database can't be asked at this moment."""


class Revoked(Exception):
    """The right to listen was taken away after the token was signed."""


class Hub:
    """All listeners of this process. `run()` keeps the connections, `listen()` adds a listener."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = defaultdict(set)
        self._everyone: set[Listener] = set()
        self._newcomers: set[Listener] = set()  # since the last look
        self._beaten: deque[tuple[float, Listener]] = deque()  # and when, the longest ago first
        self._told = Told()
        self._cursor: Cursor | None = None
        self._handed_out: dict[int, Event] = {}
        self._forgot_at = 0  # seconds, PostgreSQL's clock
        self._noted: dict[str, float] = {}  # topics with an audience, and when that was noted
        self._reading: psycopg.AsyncConnection[Any] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def run(self) -> None:
        """Listen for ever; connects again when the connection is lost, and reads what it missed."""
        pause = 0.1
        while True:
            try:
                async with self._connected() as listening:
                    while True:
                        await self._look()
                        pause = 0.1
                        async for _ in listening.notifies(timeout=LOOK_SECONDS, stop_after=1):
                            pass
            except (psycopg.Error, Unavailable) as error:
                log.warning("The live connection was lost (%s); connecting again.", error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 0.5)

    async def listen(self, topics: Iterable[str], signed_at: Cursor, after: Cursor) -> Listener:
        """Add a listener who has heard everything up to `after`; it first gets what it missed.

        Raises Unavailable, and Revoked if a right to one of the topics was taken away after
        `signed_at`.
        """
        listener = Listener(frozenset(topics), self._told)
        async with self._one_at_a_time:
            await self._refuse_revoked(listener.topics, signed_at)
            await self._note_audience(listener.topics)
            now, missed = await self._news(after, sorted(listener.topics), MOST_MISSED + 1)
            if len(missed) > MOST_MISSED or not _can_go_on(after, now):
                listener.say("resync")
                missed = []
            listener.begin(missed, after, now)
            self._everyone.add(listener)
            self._beaten.append((time.monotonic(), listener))
            self._newcomers.add(listener)
            for topic in listener.topics:
                self._listeners[topic].add(listener)
        return listener

    async def beat(self) -> None:
        """Break the silence of each listener, for ever. Of all of them together: ten thousand timers took a
        tenth of the processor."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            now = time.monotonic()
            chunk = heartbeat(self._told.cursor)
            while self._beaten and self._beaten[0][0] <= now - HEARTBEAT_SECONDS:
                _, listener = self._beaten.popleft()
                if listener in self._everyone:
                    listener.beat(chunk)
                    self._beaten.append((now, listener))

    def leave(self, listener: Listener) -> None:
        """Forget a listener."""
        self._everyone.discard(listener)
        self._newcomers.discard(listener)
        for topic in listener.topics:
            self._listeners[topic].discard(listener)
            if not self._listeners[topic]:
                del self._listeners[topic]
                self._noted.pop(topic, None)

    def close(self) -> None:
        """End every stream, so that the process can stop."""
        for listener in self._everyone:
            listener.close()

    @property
    def count(self) -> int:
        """How many listen."""
        return len(self._everyone)

    async def answers(self) -> bool:
        """Does the database answer within two seconds?"""
        try:
            async with asyncio.timeout(2), self._one_at_a_time:
                await self._read("SELECT 1", {})
        except (Unavailable, TimeoutError):
            return False
        return True

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """One connection to listen with and one to read with: the first is busy listening."""
        connect = psycopg.AsyncConnection.connect
        async with (
            await connect(**parameters(), autocommit=True) as listening,
            await connect(**parameters(), autocommit=True) as reading,
        ):
            await listening.execute(f"LISTEN {CHANNEL}")
            await reading.execute("SET synchronous_commit = off")  # an audience is no loss
            self._reading = reading
            try:
                yield listening
            finally:
                self._reading = None

    async def _look(self) -> None:
        """Read what is new and hand it to those who may hear it. Nobody can join in between."""
        async with self._one_at_a_time:
            if self._cursor is None:
                self._cursor, _ = await self._news(Cursor(2**62, 2**33), None, 1)
            before = self._cursor
            self._cursor, found = await self._news(before, None, None)
            fresh = [event for event in found if event.id not in self._handed_out]
            self._hand_out(fresh, before, self._cursor)
            self._remember(fresh, self._cursor)
            await self._note_audience(self._noted.keys() & self._listeners.keys())

    def _hand_out(self, events: list[Event], before: Cursor, now: Cursor) -> None:
        heard: dict[Listener, list[Event]] = {}
        for event in events:
            for listener in self._listeners.get(event.topic, ()):
                heard.setdefault(listener, []).append(event)
        for listener, its_events in heard.items():
            listener.tell(its_events, before, now)
            if any(event.name == REVOKE for event in its_events):
                listener.close()
        self._told.cursor = now
        for listener in self._newcomers:
            listener.has_joined()
        self._newcomers.clear()

    def _remember(self, events: list[Event], now: Cursor) -> None:
        """Keep the ids that a later look can find again; the rest is below every horizon. Forgotten is once a
        second: to go through two minutes' events at each look took longer than the events."""
        self._handed_out.update((event.id, event) for event in events)
        if now.at == self._forgot_at:
            return
        self._forgot_at, oldest = now.at, now.at - 2 * OVERLAP_SECONDS
        for event in list(self._handed_out.values()):
            if event.transaction < now.horizon and event.at < oldest:
                del self._handed_out[event.id]

    async def _refuse_revoked(self, topics: frozenset[str], signed_at: Cursor) -> None:
        wanted = {"name": REVOKE, "topics": sorted(topics), "horizon": signed_at.horizon}
        ((revoked,),) = await self._read(REVOKED, wanted)
        if revoked:
            raise Revoked

    async def _note_audience(self, topics: Iterable[str]) -> None:
        """Say in the database which of these are listened to, where that wasn't said a moment ago."""
        now = time.monotonic()
        since = now - audience.RENEWED.total_seconds()
        wanted = [
            t for t in topics if t.startswith(audience.NOTED) and self._noted.get(t, 0) < since
        ]
        if wanted:
            await self._ask(audience.NOTE, {"topics": wanted, "lease": audience.LEASE})
            self._noted.update(dict.fromkeys(wanted, now))

    async def _news(
        self, after: Cursor, topics: list[str] | None, limit: int | None
    ) -> tuple[Cursor, list[Event]]:
        """What came after the cursor on these topics (None: all), and up to where this look saw."""
        wanted = {
            "horizon": after.horizon,
            "at": after.at,
            "overlap": OVERLAP_SECONDS,
            "topics": topics,
            "limit": limit,
        }
        rows = await self._read(NEWS, wanted)
        horizon, at = rows[0][:2]
        return Cursor(horizon, at), [Event(*row[2:]) for row in rows if row[2] is not None]

    async def _read(self, query: str, wanted: dict[str, Any]) -> list[Any]:
        return await (await self._ask(query, wanted)).fetchall()

    async def _ask(self, query: str, wanted: dict[str, Any]) -> psycopg.AsyncCursor[Any]:
        if self._reading is None:
            raise Unavailable
        try:
            return await self._reading.execute(query, wanted)
        except psycopg.Error as error:
            raise Unavailable from error


def _can_go_on(after: Cursor, now: Cursor) -> bool:
    """Is all that came after this cursor still kept? Not if it is old, or of another database."""
    return now.at - after.at < KEPT.total_seconds() - 60 and after.horizon <= now.horizon
