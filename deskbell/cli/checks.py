"""The process that asks the desk's own checks."""

from __future__ import annotations

import asyncio
import signal

from deskbell.config import environment as env


def keep_asking() -> None:
    """Ask what is due until SIGTERM or Ctrl-C."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_ask())


async def _ask() -> None:
    from deskbell.monitoring.checks.running import Asker

    asker = Asker(references=env.REFERENCES.value())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asker.stop)
    await asker.run()
