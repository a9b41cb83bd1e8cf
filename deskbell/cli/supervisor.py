"""The supervisor: starts the parts, starts again what dies, and ends everything in order."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deskbell.cli.border import complain
from deskbell.cli.family import end_session, fork
from deskbell.cli.logs import Log
from deskbell.postgres.cluster import Cluster, PostgresError

PAUSES = (0.0, 0.0, 0.5, 1.5)  # before the nth start after short lives; never over the promised 2 s
SHORT_LIFE = 10.0
BETWEEN_LOOKS = 0.25
SECONDS_TO_STOP = 8.0


@dataclass
class Part:
    """One child: what it does, and how it fares. `pid` is 0 while it is not running."""

    name: str
    work: Callable[[], None]
    log: Log
    pid: int = 0
    started_at: float = 0.0
    start_at: float = 0.0
    short_lives: int = 0


class Supervisor:
    """All parts of one `deskbell run`, and the embedded PostgreSQL if there is one."""

    def __init__(self, logs: Path, cluster: Cluster | None) -> None:
        self.logs = logs
        self.stopping = False
        self._cluster = cluster
        self._parts: list[Part] = []
        self._something_happened = threading.Event()
        self._bounded_at = 0.0

    def catch_signals(self) -> None:
        """Ctrl-C, SIGTERM and a closed terminal stop the desk; a child's end is noticed at once."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGCHLD, lambda *_: self._something_happened.set())

    def add(self, name: str, work: Callable[[], None]) -> None:
        """Start a part and watch over it."""
        part = Part(name, work, Log(self.logs, name))
        self._parts.append(part)
        self._start(part)

    def watch(self) -> None:
        """Keep everything running until the desk is to stop; then end all parts."""
        try:
            while not self.stopping:
                self.look()
                self.pause(BETWEEN_LOOKS)
        finally:
            self._end_all()

    def look(self) -> None:
        """Start again what has ended: PostgreSQL first, since the others need it."""
        self._look_after_postgres()
        for part in self._parts:
            if part.pid and (ended := _how_it_ended(part.pid)):
                self._note_end(part, ended)
            if not part.pid and not self.stopping and time.monotonic() >= part.start_at:
                self._start(part)
        if time.monotonic() - self._bounded_at > 5:
            self._bounded_at = time.monotonic()
            for part in self._parts:
                part.log.bound()
            if self._cluster:
                self._cluster.trim_log()

    def pause(self, seconds: float) -> None:
        """Wait, but not when something happens: a signal, the end of a child."""
        self._something_happened.wait(seconds)
        self._something_happened.clear()

    def _stop(self, *_: object) -> None:
        self.stopping = True
        self._something_happened.set()

    def _start(self, part: Part) -> None:
        def work() -> None:
            part.log.take_output()
            part.work()

        part.started_at = time.monotonic()
        part.pid = fork(work)

    def _note_end(self, part: Part, ended: str) -> None:
        end_session(part.pid, signal.SIGKILL)  # what it has started would keep its port
        lived = time.monotonic() - part.started_at
        part.short_lives = part.short_lives + 1 if lived < SHORT_LIFE else 0
        pause = PAUSES[min(part.short_lives, len(PAUSES) - 1)]
        part.pid, part.start_at = 0, time.monotonic() + pause
        if not self.stopping:
            when = f"in {pause:g} seconds" if pause else "now"
            complain(f"{part.name} {ended}; starting it again {when}. See {part.log.path}.")

    def _look_after_postgres(self) -> None:
        if self._cluster is None or self._cluster.is_running():
            return
        complain(f"PostgreSQL has ended; starting it again now. See {self._cluster.log}.")
        try:
            self._cluster.ensure_running()
        except PostgresError as error:
            complain(str(error))
            self.pause(2.0)

    def _end_all(self) -> None:
        """Ask all parts to end, wait for them, and end what is left the hard way."""
        for part in self._parts:
            if part.pid:
                os.kill(part.pid, signal.SIGTERM)
        limit = time.monotonic() + SECONDS_TO_STOP
        while any(part.pid for part in self._parts) and time.monotonic() < limit:
            for part in self._parts:
                if part.pid and _how_it_ended(part.pid):
                    end_session(part.pid, signal.SIGKILL)
                    part.pid = 0
            time.sleep(0.02)
        for part in self._parts:
            if part.pid:
                end_session(part.pid, signal.SIGKILL)
                os.waitpid(part.pid, 0)
                part.pid = 0


def _how_it_ended(pid: int) -> str:
    """Words for how this child ended; empty while it lives."""
    ended, status = os.waitpid(pid, os.WNOHANG)
    if not ended:
        return ""
    if os.WIFSIGNALED(status):
        return f"was ended by signal {os.WTERMSIG(status)}"
    return f"ended with status {os.waitstatus_to_exitcode(status)}"
