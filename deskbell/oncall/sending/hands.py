"""Providers are asked in threads, one message each, so that a slow one holds up nobody else."""

from __future__ import annotations

import logging
import queue
import threading
import time
import traceback
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass

from django.db import connections

from deskbell.lib.errors import Refused
from deskbell.oncall.sending.lots import Later, Lost, Lot, Outcome, Taken, Unreachable
from deskbell.oncall.ways.remote import REMOTE, Gone, Never, NotNow

LIMIT = 15.0  # seconds for a message; well within its lease
MOST = 16  # at once
MOST_OTHERS = 12  # so that the first page of an emergency finds a free hand (E5)
MOST_ASTRAY = 64  # threads whose sender hangs although its limit is over
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Held:
    lot: Lot
    began: float
    thread: threading.Thread


class Hands:
    """The messages that are with providers now. Used by one thread; `ready` is called from others."""

    def __init__(self, ready: Callable[[], None], *, limit: float = LIMIT) -> None:
        self._ready = ready
        self._limit = limit
        self._held: dict[int, _Held] = {}
        self._astray: list[threading.Thread] = []
        self._done = queue.SimpleQueue[tuple[int, Outcome]]()
        self._number = 0

    @property
    def count(self) -> int:
        return len(self._held)

    def take(self, lot: Lot) -> None:
        """Ask the provider; returns at once."""
        self._number += 1
        number, context = self._number, copy_context()
        thread = threading.Thread(
            target=context.run, args=(self._carry, number, lot), name="page", daemon=True
        )
        self._held[number] = _Held(lot, time.monotonic(), thread)
        thread.start()

    def results(self) -> list[tuple[Lot, Outcome]]:
        """What has come of messages since the last time, each once. One whose sender is silent for
        longer than the limit counts as not taken: it goes again, twice perhaps (E3)."""
        found = []
        while not self._done.empty():
            number, outcome = self._done.get()
            if held := self._held.pop(number, None):
                found.append((held.lot, outcome))
        now = time.monotonic()
        for number, held in list(self._held.items()):
            if now - held.began > self._limit:
                del self._held[number]
                self._astray.append(held.thread)
                found.append((held.lot, Later(f"No answer within {self._limit:g} seconds.")))
        return found

    def check(self) -> None:
        """Raises where so many senders hang that the loop had better be seen to stand still (E8)."""
        self._astray = [thread for thread in self._astray if thread.is_alive()]
        if len(self._astray) > MOST_ASTRAY:
            raise RuntimeError(f"{len(self._astray)} senders of pages hang")

    def _carry(self, number: int, lot: Lot) -> None:
        self._done.put((number, _ask(lot)))
        self._ready()


def _ask(lot: Lot) -> Outcome:
    way = lot.method.way
    try:
        return Taken(REMOTE[way].send(lot.message, lot.method))
    except NotNow as error:
        return Later(str(error), error.after)
    except (Never, Refused) as error:
        return Lost(str(error))
    except Gone as error:
        return Unreachable(str(error))
    except Exception as error:  # noqa: BLE001 - said in the log, without its words
        # Its words may hold an address, which is a secret: the log says where, and no more.
        where = traceback.extract_tb(error.__traceback__)[-1]
        log.error(
            "Sending %s failed: %s in %s, line %s",
            way,
            type(error).__name__,
            where.filename,
            where.lineno,
        )
        return Later(f"The desk could not send it ({type(error).__name__}).")
    finally:
        connections.close_all()
