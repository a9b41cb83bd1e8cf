"""`deskbell imap`: all mailboxes side by side in one process, each in a thread. Of several such processes
one reads, and another takes over when it ends."""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import suppress
from datetime import datetime

import psycopg
import psycopg.conninfo

from deskbell.mail.door.storing import SECONDS_TO_STORE, CannotStore, Envelope, Store
from deskbell.mail.mailboxes import remembering
from deskbell.mail.mailboxes.reading import Desk, Reader
from deskbell.mail.mailboxes.remembering import Memory
from deskbell.realtime import beating
from deskbell.realtime.beats import BEAT, FAREWELL, WITHIN
from deskbell.realtime.listening import parameters

SECONDS_BETWEEN_LOOKS = 2.0
NAME = "imap"
ONE_READS = 0x4445534B494D4150  # the key of the lock that the reading process holds: "DESKIMAP"
log = logging.getLogger(__name__)


def keep_reading(stop: threading.Event, *, most_bytes: int) -> None:
    """Read all mailboxes that are switched on until `stop` is set."""
    with Storing() as storing:
        memory = Memory()
        keeper = Keeper(Desk(storing.store, memory, most_bytes))
        try:
            while not stop.is_set():
                with suppress(psycopg.Error):
                    _read_while_alone(keeper, stop)
                keeper.stop_all()
                stop.wait(SECONDS_BETWEEN_LOOKS)
        finally:
            keeper.stop_all()
            memory.close()


def _read_while_alone(keeper: Keeper, stop: threading.Event) -> None:
    """The lock ends with the connection, however this process ends."""
    with psycopg.connect(**parameters(), autocommit=True) as holding:
        lock = holding.execute("SELECT pg_try_advisory_lock(%s)", [ONE_READS]).fetchone()
        while lock and lock[0] and not stop.is_set():
            keeper.follow()
            if beating.is_due(NAME):
                holding.execute(BEAT, [NAME, WITHIN])
                beating.note(NAME)
            stop.wait(SECONDS_BETWEEN_LOOKS)
            holding.execute("SELECT 1")
        if lock and lock[0]:
            holding.execute(FAREWELL, [NAME])


class Keeper:
    """The readers that run, each with the state of the mailbox for which it was started."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._readers: dict[int, tuple[datetime, Reader]] = {}

    def follow(self) -> None:
        """Start a reader for each mailbox that is wanted, and anew for one that a person has changed."""
        wanted = self._desk.memory.ask(remembering.wanted)
        for pk, (changed_at, reader) in list(self._readers.items()):
            if wanted.get(pk) != changed_at or not reader.is_alive():
                del self._readers[pk]
                reader.stop()
        for pk, changed_at in wanted.items():
            if pk not in self._readers:
                reader = Reader(pk, self._desk)
                self._readers[pk] = (changed_at, reader)
                reader.start()

    def stop_all(self) -> None:
        readers = [reader for _, reader in self._readers.values()]
        self._readers.clear()
        for reader in readers:
            reader.stop()
        for reader in readers:
            reader.join(timeout=3)


class Storing:
    """The door's own store, which is asynchronous, for threads."""

    def __enter__(self) -> Storing:
        self._loop = asyncio.new_event_loop()
        self._store = Store(psycopg.conninfo.make_conninfo(**parameters()))
        self._thread = threading.Thread(target=self._loop.run_forever, name="storing", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(Exception):
            asyncio.run_coroutine_threadsafe(self._store.close(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def store(self, raw: bytes, envelope: Envelope) -> None:
        """Return when the mail is committed, or was before. Raises CannotStore."""
        stored = asyncio.run_coroutine_threadsafe(self._store.store(raw, envelope), self._loop)
        try:
            stored.result(2 * SECONDS_TO_STORE)
        except TimeoutError as error:
            stored.cancel()
            raise CannotStore("It took too long.") from error
