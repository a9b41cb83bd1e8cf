"""The worker's loops: each step does what is due, and is called again when there is more to do."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

from django.db import OperationalError, close_old_connections, connections

from deskbell.realtime.beating import beat
from deskbell.realtime.wake import Wakener

Step = Callable[[], float | None]
USUAL_PAUSE = 1.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
PATIENCE = 5.0
log = logging.getLogger(__name__)


def run_forever(steps: Mapping[str, Step], stop: threading.Event) -> None:
    """Run each step in a thread of its own until `stop` is set; returns when all have come home.

    A step does the work that is due and returns in how many seconds it wants to be called again at
    the latest (None: one second). It is called at once when its name is woken. A step that fails is
    logged and called again after a pause; nothing that it raises ends the process.
    """
    wakener = Wakener(steps)
    wakener.start()
    threads = [
        threading.Thread(target=_loop, args=(name, step, wakener, stop), name=name, daemon=True)
        for name, step in steps.items()
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    wakener.stop()
    for thread in threads:
        thread.join(PATIENCE)
        if thread.is_alive():
            log.warning(
                "“%s” did not finish in time; what it held will be done again.", thread.name
            )


def _loop(name: str, step: Step, wakener: Wakener, stop: threading.Event) -> None:
    pause = FIRST_PAUSE
    while not stop.is_set():
        wanted = _attempt(name, step)
        if wanted is None:
            wakener.wait(name, pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        else:
            pause = FIRST_PAUSE
            wakener.wait(name, wanted)
    connections.close_all()


def _attempt(name: str, step: Step) -> float | None:
    """The seconds until the next call, or None if this one failed."""
    close_old_connections()
    try:
        wanted = step()
        beat(name)
    except OperationalError as error:
        log.warning("“%s” lost the database and will try again: %s", name, error)
    except Exception:
        log.exception("“%s” failed and will try again", name)
    else:
        return USUAL_PAUSE if wanted is None else max(0.0, wanted)
    finally:
        close_old_connections()
    return None
