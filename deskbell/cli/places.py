"""Whether the desk can live here: a folder that can be written, free ports, and no other desk."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from deskbell.config.environment import Variable
from deskbell.lib.errors import Refused


def make_writable(data: Path) -> None:
    """Make the data folder. Refused if nothing can be written there."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=data):
            pass
    except OSError as error:
        raise Refused(
            f"Deskbell can't write into {data} ({error.strerror}). "
            "Make the folder writable, or name another one in DESKBELL_DATA."
        ) from error


@contextlib.contextmanager
def only_one(data: Path, url: str) -> Iterator[None]:
    """Hold the data folder. Refused if another `deskbell run` holds it, with its pid and address.

    The lock is the system's, so it ends with the process, however that ends.
    """
    with (data / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(_already_runs(lock.name, data)) from None
        lock.truncate(0)
        lock.write(json.dumps({"pid": os.getpid(), "url": url}))
        lock.flush()
        parent = os.getpid()
        os.register_at_fork(after_in_child=lambda: _let_go(lock.fileno(), parent))
        yield


def refuse_taken_port(host: str, port: int, variable: Variable) -> None:
    """Refused if something listens there, or this user may not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
            trial.listen()
        except OSError as error:
            raise Refused(_why_not(error, host, port, variable)) from error


def accepts(host: str, port: int) -> bool:
    """Does anything accept connections there?"""
    try:
        socket.create_connection((reachable(host), port), timeout=2).close()
    except OSError:
        return False
    return True


def reachable(host: str) -> str:
    """Where a server that listens on `host` can be reached from this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, host)  # noqa: S104


def _already_runs(lock: str, data: Path) -> str:
    try:
        holder = json.loads(Path(lock).read_text())
        return (
            f"Deskbell already runs on {data}: process {holder['pid']}, at {holder['url']}. "
            "Stop that one first, or name another folder in DESKBELL_DATA."
        )
    except (OSError, ValueError, KeyError):
        return f"Deskbell is just being started on {data} by another process."


def _let_go(descriptor: int, parent: int) -> None:
    """A child must not hold the data folder for a parent that has ended."""
    if os.getpid() != parent:
        with contextlib.suppress(OSError):
            os.close(descriptor)


def _why_not(error: OSError, host: str, port: int, variable: Variable) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken. Free it, or choose another in {variable.name}."
    if error.errno == errno.EACCES:
        return f"Port {port} is only for root. Choose one above 1023 in {variable.name}."
    return f"Deskbell can't listen on {host}, port {port} ({error.strerror}): see DESKBELL_HOST."
