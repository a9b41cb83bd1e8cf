"""What a killed PostgreSQL leaves behind: orphaned processes and lock files that lie."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import psutil

from deskbell.postgres import sockets

GRACE = 0.5  # seconds; orphans end by themselves as soon as they miss the postmaster
PATIENCE = 5.0  # seconds between asking for the end and forcing it


def clear(cluster: Path, socket_folder: Path) -> None:
    """End what still runs in this cluster, then remove its lock files.

    Only after this may PostgreSQL start: its own check goes by pid alone, and so refuses to start
    after a zombie, or when another program has got the old pid.
    """
    end(cluster)
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    for name in (sockets.NAME, f"{sockets.NAME}.lock"):
        (socket_folder / name).unlink(missing_ok=True)


def end(cluster: Path) -> None:
    """Wait for each process of this cluster to end; then ask; then force. No data is lost by it."""
    if _gone(cluster, within=GRACE):
        return
    for process in living(cluster):
        _signal(process, signal.SIGQUIT)
    if _gone(cluster, within=PATIENCE):
        return
    for process in living(cluster):
        _signal(process, signal.SIGKILL)
    _gone(cluster, within=PATIENCE)


def living(cluster: Path) -> list[psutil.Process]:
    """The postmaster and its children, orphaned or not, that run in this cluster's folder."""
    return [process for process in psutil.process_iter() if works_in(process, cluster)]


def works_in(process: psutil.Process, cluster: Path) -> bool:
    """Is it a living PostgreSQL of this cluster? PostgreSQL never leaves its data folder."""
    try:
        return (
            process.name().startswith("postgres")
            and process.status() != psutil.STATUS_ZOMBIE
            and Path(process.cwd()).samefile(cluster)
        )
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
