"""Parents and children: a child process that never outlives the one that watches it."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable

HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
_PR_SET_PDEATHSIG = 1


def fork(work: Callable[[], None]) -> int:
    """Do `work` in a child of its own session, with everything already loaded; returns its pid.

    The caller must have no threads. The child dies with its parent, however that ends.
    """
    gc.freeze()  # so that collecting garbage does not copy the pages that parent and child share
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        os.setsid()
        for number in HANDLED:
            signal.signal(number, signal.SIG_DFL)
        die_with(parent)
        work()
        status = 0
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:  # noqa: BLE001 - a child must never return into its parent's code
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def die_with(parent: int) -> None:
    """End this process when `parent`, which started it, has ended. Nothing of it is worth saving:
    any part of the desk may be killed at any time."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def set_apart_what_stays() -> None:
    """What was loaded until now lives as long as the process: the garbage collector needn't look at it again.
    Otherwise each full collection holds it up for a quarter of a second, every few hundred messages."""
    gc.collect()
    gc.freeze()


def end_session(pid: int, number: signal.Signals) -> None:
    """Signal a child and all that it has started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
