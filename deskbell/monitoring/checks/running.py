"""The process: leases what is due, asks it side by side, writes what was found in batches.

Two connections of its own to PostgreSQL, made again whenever they break; what changes a state goes through
Django in a thread of its own. Nothing that is held here is lost by kill -9: the leases run out.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import Error as DatabaseError
from django.db import close_old_connections, connections

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.sealing import unseal
from deskbell.monitoring.checks import judging, keeping, leasing, telling, turning
from deskbell.monitoring.checks.common import Question, Tools, Verdict, verdict_of
from deskbell.monitoring.checks.gate import Door, Gate
from deskbell.monitoring.checks.http.fetching import session
from deskbell.monitoring.checks.keeping import Outcome
from deskbell.monitoring.checks.kinds import KINDS
from deskbell.monitoring.checks.leasing import Leased
from deskbell.realtime.beats import BEAT, EVERY, FAREWELL, WITHIN
from deskbell.realtime.listening import parameters

MOST_AT_ONCE = 500  # checks in flight
MOST_UNWRITTEN = 5000  # verdicts, while PostgreSQL is away
BATCH, BATCH_OF_TURNS = 500, 20
GATHERED_FOR = 0.1  # seconds
LONGEST_SLEEP, SHORTEST_SLEEP = 1.0, 0.01
NAMES_AT_ONCE = 64  # look-ups of names side by side: a slow name server holds a thread for seconds
LATE_WHILE_SHUT = (
    5.0  # seconds in which a process elsewhere, whose network works, may take them first
)
PUT_RIGHT_EVERY = 30.0
PAUSE = 0.5  # seconds before a broken connection is made again
Line = psycopg.AsyncConnection[Any]
Work = Callable[[], Awaitable[None]]
log = logging.getLogger(__name__)


@dataclass
class Asker:
    """One process that asks checks."""

    references: list[Door] = field(default_factory=list)
    machine: str = field(default_factory=socket.gethostname)

    def __post_init__(self) -> None:
        self._stop = asyncio.Event()
        self._asked: set[asyncio.Task[None]] = set()
        self._held: dict[int, datetime] = {}  # leases of what is neither written nor given up
        self._found: asyncio.Queue[Outcome] = asyncio.Queue(MOST_UNWRITTEN)
        self._turned: asyncio.Queue[Outcome] = asyncio.Queue()
        self._freed = asyncio.Event()
        self._gate = Gate(self.references, self._network_changed)
        self._django = ThreadPoolExecutor(1, thread_name_prefix="turning")
        self._unsealed: dict[str, dict[str, str]] = {}

    def stop(self) -> None:
        self._stop.set()
        self._freed.set()

    async def run(self) -> None:
        """Ask until `stop` is called; what is being asked then is asked again by the next."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(NAMES_AT_ONCE, thread_name_prefix="names"))
        self._gate.is_shut = await loop.run_in_executor(self._django, self._was_shut)
        self._told_lost = self._gate.is_shut
        async with session() as http:
            self._tools = Tools(http)
            loops = [
                asyncio.create_task(self._keep_up("leasing", self._connected(self._lease_on))),
                asyncio.create_task(self._keep_up("writing", self._connected(self._write_on))),
                asyncio.create_task(self._keep_up("turning", self._turn_on)),
                asyncio.create_task(self._keep_up("watching the network", self._watch_gate)),
            ]
            await self._stop.wait()
            for task in [*loops, *self._asked]:
                task.cancel()
            await asyncio.gather(*loops, *self._asked, return_exceptions=True)
        await loop.run_in_executor(self._django, connections.close_all)
        self._django.shutdown()
        await self._let_go()

    async def _keep_up(self, what: str, work: Work) -> None:
        """Begin `work` anew whenever it ends. One loop that ended alone would leave a process that looks
        alive and no longer asks, writes or tells, so nothing that is raised may end it."""
        while True:
            try:
                await work()
            except (psycopg.Error, DatabaseError, OSError) as error:
                log.warning("The checks lost the database while %s: %s", what, error)
            except Exception:  # a fault of ours: logged whole, and the other loops go on
                log.exception("The checks failed while %s", what)
            await asyncio.sleep(PAUSE)

    def _connected(self, work: Callable[[Line], Awaitable[None]]) -> Work:
        """`work` with a connection, each time with a new one."""

        async def with_one() -> None:
            async with await psycopg.AsyncConnection.connect(
                **parameters(), autocommit=True
            ) as line:
                await work(line)

        return with_one

    async def _lease_on(self, line: Line) -> None:
        await self._recall_doors(line)
        loop = asyncio.get_running_loop()
        beaten = put_right = float("-inf")
        while True:
            if loop.time() - beaten > EVERY:
                await line.execute(BEAT, ["checks", WITHIN])
                beaten = loop.time()
            if loop.time() - put_right > PUT_RIGHT_EVERY:
                await leasing.call_back(line, clock.now())
                put_right = loop.time()
            free = MOST_AT_ONCE - len(self._asked)
            if free <= 0 or self._found.qsize() > MOST_UNWRITTEN // 2:
                await self._until_freed(LONGEST_SLEEP)
                continue
            late = LATE_WHILE_SHUT if self._gate.is_shut else 0.0
            leased = await leasing.lease(line, clock.now(), min(free, BATCH), late=late)
            for check in leased:
                self._begin(check)
            if not leased:
                await asyncio.sleep(await self._until_next(line))

    async def _until_next(self, line: Line) -> float:
        """Seconds until the next check is due; one that is new meanwhile waits for a second at most."""
        following = await leasing.next_due(line)
        if following is None:
            return LONGEST_SLEEP
        soon = min(following, clock.now() + timedelta(seconds=LONGEST_SLEEP))
        return max(SHORTEST_SLEEP, (soon - clock.now()).total_seconds())

    async def _until_freed(self, seconds: float) -> None:
        self._freed.clear()
        # Not `wait_for`: in Python 3.11 it swallows that the task is cancelled if the event comes at the
        # same moment, as it does when this process is to stop.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._freed.wait()

    def _begin(self, check: Leased) -> None:
        self._held[check.id] = check.lease
        task = asyncio.create_task(self._ask(check))
        self._asked.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._asked.discard(task)
        self._freed.set()
        if not task.cancelled() and task.exception():
            log.error("A check was lost; it is asked again", exc_info=task.exception())

    async def _ask(self, check: Leased) -> None:
        kind = KINDS[check.kind]
        try:
            question = Question(check.asks, self._secrets(check.sealed), check.timeout)
        except Refused as error:
            verdict = Verdict(False, clock.now(), 0.0, str(error))
        else:
            verdict = await verdict_of(kind.ask, question, self._tools, clock.now())
        door = kind.door(check.asks)
        if verdict.ok and door:
            self._gate.saw(door)
        lost = verdict.unreached and await self._gate.is_me(door[0] if door else "")
        after = judging.follow(check.standing, verdict, lost=lost)
        await self._found.put(Outcome(check, verdict, after))

    def _secrets(self, sealed: str) -> dict[str, str]:
        """Opened once for each box: it takes as long as half a check."""
        if not sealed:
            return {}
        if sealed not in self._unsealed:
            if len(self._unsealed) > MOST_UNWRITTEN:
                self._unsealed.clear()
            self._unsealed[sealed] = leasing.secrets_in(unseal(sealed))
        return self._unsealed[sealed]

    async def _write_on(self, line: Line) -> None:
        while True:
            plain = []
            for each in await self._gathered():
                if judging.turns(each.check.standing, each.next):
                    self._turned.put_nowait(each)
                else:
                    plain.append(each)
            try:
                if plain:
                    await keeping.keep(line, plain)
            except BaseException:
                self._put_back(plain)
                raise
            self._forget(plain)

    async def _turn_on(self) -> None:
        """Changes of state, in a queue of their own: that many go down at once holds up no verdict."""
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self._turned.get()]
            while len(batch) < BATCH_OF_TURNS and not self._turned.empty():
                batch.append(self._turned.get_nowait())
            await loop.run_in_executor(self._django, _turn_all, batch)
            self._forget(batch)

    async def _gathered(self) -> list[Outcome]:
        """The verdicts of the next tenth of a second."""
        first = await self._found.get()
        await asyncio.sleep(GATHERED_FOR)
        batch = [first]
        while len(batch) < BATCH and not self._found.empty():
            batch.append(self._found.get_nowait())
        return batch

    def _put_back(self, batch: list[Outcome]) -> None:
        """PostgreSQL went away: they are written when it is back, as long as their leases last."""
        for each in batch:
            if not self._found.full():
                self._found.put_nowait(each)

    def _forget(self, outcomes: list[Outcome]) -> None:
        for each in outcomes:
            if self._held.get(each.check.id) == each.check.lease:
                del self._held[each.check.id]

    async def _let_go(self) -> None:
        """An orderly end: what was begun is due for whoever comes next, at once."""
        try:
            async with await psycopg.AsyncConnection.connect(**parameters()) as line:
                await leasing.release(line, clock.now(), self._held)
                await line.execute(FAREWELL, ["checks"])
        except (psycopg.Error, OSError) as error:
            log.warning("The checks end without the database: %s", error)

    async def _watch_gate(self) -> None:
        """Look whether a lost network is back, and tell of each change until it has been told: there is
        one alert for all that is unknown meanwhile."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LONGEST_SLEEP)
            lost = await self._gate.look_again()
            if lost != self._told_lost:
                await loop.run_in_executor(self._django, _say_network, self.machine, lost)
                self._told_lost = lost

    def _network_changed(self, lost: bool) -> None:
        log.error("The network of %s is %s", self.machine, "gone" if lost else "back")

    def _was_shut(self) -> bool:
        """Had this machine lost its network when it last told? Without the database it is taken as there;
        the gate finds out anew."""
        try:
            return telling.network_is_lost(self.machine)
        except DatabaseError as error:
            log.warning("It could not be read whether the network was gone: %s", error)
            return False
        finally:
            close_old_connections()

    async def _recall_doors(self, line: Line) -> None:
        """After a start: who answered lately, so that there is somebody to compare with."""
        found = await line.execute(
            "SELECT kind, asks FROM (SELECT kind, asks, last_at FROM monitoring_check "
            "WHERE state = 'up' AND NOT kind = 'heartbeat' AND last_at IS NOT NULL "
            "ORDER BY last_at DESC LIMIT 100) AS lately ORDER BY last_at"
        )
        for kind, asks in await found.fetchall():
            if kind in KINDS and (door := KINDS[kind].door(asks)):
                self._gate.saw(door)


def _turn_all(outcomes: list[Outcome]) -> None:
    """In the thread of Django. One that fails is asked again when its lease is over."""
    close_old_connections()
    for each in outcomes:
        try:
            turning.turn(each)
        except Exception:  # whatever is wrong with this one, the changes of the others are told
            log.exception(
                "The change of check %s could not be told; it is asked again", each.check.id
            )
            close_old_connections()
    close_old_connections()


def _say_network(machine: str, lost: bool) -> None:
    """In the thread of Django. What it raises is for `_keep_up`, after which it is told again."""
    close_old_connections()
    try:
        telling.say_network(machine, lost=lost)
    finally:
        close_old_connections()
