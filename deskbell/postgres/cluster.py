"""One desk's PostgreSQL server: start or attach to it, repair it, stop it, and say where it is."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import IO, Literal
from urllib.parse import quote

import psutil
import psycopg
from psycopg import pq, sql

from deskbell.postgres import binaries as programs_on_disk
from deskbell.postgres import configuration, folders, leftovers, logfile, programs, sockets
from deskbell.postgres.as_root import account_for
from deskbell.postgres.errors import PostgresError

__all__ = ["Cluster", "PostgresError"]

DATABASE = "deskbell"
PAUSE = 0.02  # seconds between two looks at a server that is starting or stopping
HELD_FOR = 2.0  # seconds in which the lock of a server that has just died is given back
DEAF_FOR = 5.0  # seconds that a living server may have no socket before it is started anew
CREATED_BY_ANOTHER = (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation)
SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}

# The servers that this process started. Kept beyond their Cluster, so that none becomes a zombie
# unnoticed, and reaped by each question whether one is running.
_children: dict[int, subprocess.Popen[bytes]] = {}


class Cluster:
    """The server whose files lie in `data/pg<major>`; `data` is the desk's data folder.

    `binaries` is a folder of PostgreSQL's programs; without it they are found (see binaries.py).
    `durable=False` is for tests: quick, and broken by a power cut.
    Each method raises PostgresError, one sentence for a person, when it can't do what it says.
    """

    def __init__(self, data: Path, *, binaries: Path | None = None, durable: bool = True) -> None:
        self.data = Path(data).absolute().resolve()
        self.durable = durable
        self._chosen_binaries = binaries

    def ensure_running(self) -> None:
        """Create, repair, start or attach, whichever is needed; returns when it takes queries.

        Many processes may call it at once. It waits for a recovery for as long as that takes.
        """
        if self._takes_queries():
            return
        folders.prepare(self.data, self.folder, self.binaries.major)
        with self._one_starter(), folders.faults_told(self.data):
            if not folders.is_cluster(self.folder):
                self._initialize()
            self._attach_or_start()
        self.create_database(DATABASE)

    def stop(
        self, mode: Literal["smart", "fast", "immediate"] = "fast", *, timeout: float = 60
    ) -> None:
        """Stop it and all it has started; `timeout` (seconds) later without asking any longer.

        Does nothing if it doesn't run. Being stopped the hard way loses no committed data.
        """
        pid = self.pid
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, SIGNALS[mode])
            limit = time.monotonic() + timeout
            while self.is_running() and time.monotonic() < limit:
                time.sleep(PAUSE)
        leftovers.end(self.folder)

    def is_running(self) -> bool:
        """Is there a living postmaster? A fraction of a millisecond; it may still be starting."""
        return self.pid is not None

    @property
    def pid(self) -> int | None:
        """The postmaster's pid, or None; a zombie is dead, and a pid used by another isn't it."""
        _reap()
        try:
            pid = int((self.folder / "postmaster.pid").read_text().splitlines()[0])
            return pid if leftovers.works_in(psutil.Process(pid), self.folder) else None
        except (OSError, ValueError, IndexError, psutil.Error):
            return None

    def dsn(self, database: str = DATABASE) -> str:
        """A URL that psycopg and dj_database_url read alike; it names all that PG* could change."""
        host = quote(str(self.sockets), safe="")
        name = quote(database, safe="")
        return f"postgresql://{configuration.SUPERUSER}@{host}:{configuration.PORT}/{name}"

    @property
    def version(self) -> str:
        """Of the programs, like "18.4"."""
        return self.binaries.version

    @cached_property
    def binaries(self) -> programs_on_disk.Binaries:
        return programs_on_disk.find(self._chosen_binaries)

    @cached_property
    def folder(self) -> Path:
        """Where the cluster lies; another major version never touches it."""
        return self.data / f"pg{self.binaries.major}"

    @cached_property
    def sockets(self) -> Path:
        """The private folder of the server's socket."""
        return sockets.folder_for(self.data)

    @property
    def log(self) -> Path:
        """What the server says; see `trim_log`."""
        return self.data / "log" / "postgres.log"

    def trim_log(self) -> None:
        """Put a large log aside; cheap, so that whoever watches the server may call it often."""
        with folders.faults_told(self.data):
            logfile.trim(self.log)

    def create_database(self, name: str = DATABASE) -> None:
        """Create the database unless it is there."""
        with self._administration() as connection, suppress(*CREATED_BY_ANOTHER):
            there = connection.execute("select from pg_database where datname = %s", [name])
            if there.fetchone() is None:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))

    def drop_database(self, name: str) -> None:
        """Drop the database if it is there, and throw out whoever is connected to it."""
        with self._administration() as connection:
            query = sql.SQL("drop database if exists {} with (force)")
            connection.execute(query.format(sql.Identifier(name)))

    @contextmanager
    def _administration(self) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        try:
            with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
                yield connection
        except psycopg.Error as error:
            raise PostgresError(
                f"PostgreSQL in {self.data} runs, but refused Deskbell: read {self.log}: {error}"
            ) from error

    def _takes_queries(self) -> bool:
        """The quick way for whoever comes second: running, and the database is there."""
        if not self.is_running():
            return False
        try:
            psycopg.connect(self.dsn()).close()
        except psycopg.OperationalError:
            return False
        return True

    @contextmanager
    def _one_starter(self) -> Iterator[None]:
        """One starter at a time, of all processes; the others wait and then find it running."""
        with folders.faults_told(self.data), (self.data / "postgres.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _initialize(self) -> None:
        account = account_for(self.folder, self.binaries.path("postgres"))
        programs.initialize(self.folder, self.binaries, account, durable=self.durable)

    def _attach_or_start(self) -> None:
        """Return when it is ready. A living server is waited for, unless it lost its socket."""
        heard = time.monotonic()
        while not self._is_ready():
            if not self.is_running():
                self._start()
            elif (self.sockets / sockets.NAME).exists():
                heard = time.monotonic()
            elif time.monotonic() > heard + DEAF_FOR:
                self.stop()
            time.sleep(PAUSE)

    def _is_ready(self) -> bool:
        return self.is_running() and pq.PGconn.ping(self.dsn("postgres").encode()) == pq.Ping.OK

    def _start(self) -> None:
        """Start it and wait until it is ready; PostgresError with its words if it ends before."""
        leftovers.end(self.folder)
        account = account_for(self.folder, self.binaries.path("postgres"))
        sockets.make_private(self.sockets, owner=account.uid)
        configuration.write(self.folder, sockets=self.sockets, durable=self.durable)
        with logfile.appending(self.log) as log, self._held() as held:
            leftovers.remove_locks(self.folder, self.sockets)
            before = log.tell()
            child = programs.start(self.folder, self.binaries, account, log, held)
        _children[child.pid] = child
        while not self._is_ready():
            if child.poll() is not None:
                raise PostgresError(self._why_not_started(before))
            time.sleep(PAUSE)

    @contextmanager
    def _held(self) -> Iterator[int]:
        """A lock that lives as long as any process of the server, seen by other containers too."""
        with (self.data / "postgres.held").open("a") as held:
            if not _lock(held, within=HELD_FOR):
                raise PostgresError(
                    f"Another PostgreSQL, perhaps in another container, uses {self.data}: stop it, "
                    "or choose another data folder with DESKBELL_DATA."
                )
            yield held.fileno()

    def _why_not_started(self, before: int) -> str:
        with self.log.open("rb") as log:
            log.seek(before)
            told = log.read().decode(errors="replace")
        return (
            f"PostgreSQL didn't start in {self.data}: correct what it says, and start again: "
            f"{programs.telling_line(told)}"
        )


def _lock(file: IO[str], *, within: float) -> bool:
    limit = time.monotonic() + within
    while time.monotonic() < limit:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(PAUSE)
    return False


def _reap() -> None:
    for pid, child in list(_children.items()):
        if child.poll() is not None:
            _children.pop(pid, None)
