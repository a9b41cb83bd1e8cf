"""The process that asks the desk's own checks."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress

from deskbell.config import environment as env


def keep_asking() -> None:
    """Ask what is due until SIGTERM or Ctrl-C."""
    import uvloop

    runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
    try:
        runner.run(_ask())
    finally:
        # A TLS line that is still saying goodbye holds uvloop's loop open; the process ends anyway.
        with suppress(OSError):
            runner.close()


async def _ask() -> None:
    from deskbell.monitoring.checks.running import Asker

    asker = Asker(references=env.REFERENCES.value())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asker.stop)
    await asker.run()
