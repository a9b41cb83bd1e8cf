"""How often one machine may ask: more than a school types, less than a program would. Each web process
counts for itself, in memory, so that asking costs no row."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from deskbell.lib.errors import Refused

A_MINUTE = 600  # questions of one machine: a school's pupils share an address
MOST_MACHINES = 5000


class TooMany(Refused):
    """More questions than people type."""


def hold_back(machine: str) -> None:
    """Count a question. Raises TooMany when the machine has asked too often within a minute."""
    _counts.ask(machine, time.monotonic())


class Counts:
    """A bucket for each machine that asked of late: it fills again while nobody asks."""

    def __init__(self, a_minute: int, most: int) -> None:
        self._a_minute, self._most = a_minute, most
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def ask(self, machine: str, now: float) -> None:
        with self._lock:
            left, then = self._left.pop(machine, (float(self._a_minute), now))
            left = min(float(self._a_minute), left + (now - then) * self._a_minute / 60)
            self._left[machine] = (max(0.0, left - 1), now)
            if len(self._left) > self._most:
                self._left.popitem(last=False)
        if left < 1:
            raise TooMany("That was a lot at once. Wait a minute, then type on.")


_counts = Counts(A_MINUTE, MOST_MACHINES)
