"""What a killed PostgreSQL leaves behind: orphaned processes and lock files that lie."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import psutil

from deskbell.postgres import sockets

NAMES = ("postgres", "initdb")
GRACE = 0.5  # seconds; orphans end by themselves as soon as they miss the postmaster
PATIENCE = 1.0  # seconds between asking for the end and forcing it


def end(cluster: Path) -> None:
    """Wait for each process in this folder to end; then ask; then force. No data is lost by it."""
    if _gone(cluster, within=GRACE):
        return
    for process in living(cluster):
        _signal(process, signal.SIGQUIT)
    if _gone(cluster, within=PATIENCE):
        return
    for process in living(cluster):
        _signal(process, signal.SIGKILL)
    _gone(cluster, within=PATIENCE)


def remove_locks(cluster: Path, socket_folder: Path) -> None:
    """Remove the lock files of a cluster in which nothing lives any more.

    PostgreSQL's own check of them goes by pid alone, and so refuses to start after a zombie, or
    when another program has got the old pid.
    """
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    for name in (sockets.NAME, f"{sockets.NAME}.lock"):
        (socket_folder / name).unlink(missing_ok=True)


def living(cluster: Path) -> list[psutil.Process]:
    """PostgreSQL's processes that work in this folder: a server, its orphans, an initdb."""
    return [process for process in psutil.process_iter() if works_in(process, cluster)]


def works_in(process: psutil.Process, cluster: Path) -> bool:
    """Is it of this folder's PostgreSQL, which never leaves it? A zombie works nowhere."""
    try:
        return process.name() in NAMES and Path(process.cwd()).samefile(cluster)
    except (psutil.Error, OSError):
        return False


def _gone(cluster: Path, *, within: float) -> bool:
    limit = time.monotonic() + within
    while living(cluster):
        if time.monotonic() > limit:
            return False
        time.sleep(0.02)
    return True


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.Error:
        return
