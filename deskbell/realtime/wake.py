"""Waking the worker: a verb that makes work says so, and the loop that waits for it begins at once."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from weakref import WeakSet

import psycopg

from deskbell.realtime.announcing import announce
from deskbell.realtime.listening import parameters

CHANNEL = "deskbell_work"
log = logging.getLogger(__name__)
_running: WeakSet[Wakener] = WeakSet()


def wake(what: str) -> None:
    """Wake the loop named `what` ("mail", "outbound", "clocks", "jobs") when this transaction commits."""
    announce(CHANNEL, what)


def wake_here(what: str) -> None:
    """Wake that loop of this process alone, now and without the database; from any thread."""
    for wakener in list(_running):
        wakener.wake(what)


class Wakener:
    """One LISTEN connection for all loops of a process. Outlives PostgreSQL: it connects again, and
    then wakes everyone, since it can't know what it missed."""

    def __init__(self, names: Iterable[str]) -> None:
        self._flags = {name: threading.Event() for name in names}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="wakener", daemon=True)

    def start(self) -> None:
        _running.add(self)
        self._thread.start()

    def stop(self) -> None:
        """Wake everyone a last time and let go of the connection, within half a second."""
        self._stopping.set()
        _running.discard(self)
        self.wake_everyone()
        self._thread.join(timeout=2)

    def wait(self, what: str, seconds: float) -> None:
        """Return when `what` (one of the names) was woken since the last wait, or after `seconds`."""
        flag = self._flags[what]
        flag.wait(seconds)
        flag.clear()

    def wake(self, what: str) -> None:
        if what in self._flags:
            self._flags[what].set()

    def wake_everyone(self) -> None:
        for flag in self._flags.values():
            flag.set()

    def _listen(self) -> None:
        pause = 0.1
        while not self._stopping.is_set():
            try:
                with psycopg.connect(**parameters(), autocommit=True) as listening:
                    listening.execute(f"LISTEN {CHANNEL}")
                    pause = 0.1
                    self.wake_everyone()
                    self._pass_on(listening)
            except psycopg.Error as error:
                log.warning("The wake-up connection was lost (%s); connecting again.", error)
                self._stopping.wait(pause)
                pause = min(pause * 2, 2)

    def _pass_on(self, listening: psycopg.Connection) -> None:
        looked_at = time.monotonic()
        while not self._stopping.is_set():
            for notification in listening.notifies(timeout=0.5, stop_after=1):
                self.wake(notification.payload)
            if time.monotonic() - looked_at > 15:
                listening.execute("SELECT 1")  # a connection that died in silence is found out
                looked_at = time.monotonic()
