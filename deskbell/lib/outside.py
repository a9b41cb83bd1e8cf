"""Pages that wait for somebody outside: one at a time in each web process, so that its other thread goes
on to serve pages however slowly a stranger answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from deskbell.lib.errors import Refused

PATIENCE = 1  # seconds for the one before
_one_at_a_time = threading.Semaphore()


class Busy(Refused):
    """Another page asks somebody outside just now."""


@contextmanager
def asking_outside() -> Iterator[None]:
    """Around what a page asks of somebody else. Refused while another page does."""
    if not _one_at_a_time.acquire(timeout=PATIENCE):
        raise Busy("The desk asks somebody else just now. Try again in a few seconds.")
    try:
        yield
    finally:
        _one_at_a_time.release()
