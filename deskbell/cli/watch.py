"""The process that watches over all the others."""

from __future__ import annotations

import signal
import threading

from deskbell.config import environment as env


def keep_watching() -> None:
    """Look every minute whether everything else does its work, until SIGTERM or Ctrl-C."""
    from deskbell.oncall.watching import rounds

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    rounds.keep_watching(stop, memory=env.DATA.value() / "watch.json")
