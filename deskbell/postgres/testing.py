"""A pytest plugin: each test run gets a PostgreSQL and a data folder of its own, and leaves nothing.

It is loaded by `-p deskbell.postgres.testing`, before Django reads its settings. The folder is held
by a lock for as long as the run lives, so the next run can tell the leftovers of a killed one.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import IO

import pytest

from deskbell.postgres.cluster import Cluster

PREFIX = "deskbell-test-"
KEPT_VARIABLES = frozenset({"DESKBELL_PG_BIN", "DESKBELL_PICTURES"})


class Throwaway:
    """A server in a temporary folder, without durability, gone when the run ends."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._held: IO[str] | None = hold(self.folder)
        self.cluster = Cluster(self.folder / "data", durable=False)

    def start(self) -> None:
        self.cluster.ensure_running()
        self.cluster.create_database()

    def discard(self) -> None:
        """Stop the server and remove the folder; the second call does nothing."""
        if self._held is None:
            return
        remove(self.folder)
        self._held.close()
        self._held = None


_throwaway: Throwaway | None = None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Start the server before pytest-django loads the settings: a wrapper runs before all others."""
    global _throwaway
    remove_leftovers()
    _throwaway = Throwaway()
    atexit.register(_throwaway.discard)
    _throwaway.start()
    point_environment_at(_throwaway)
    yield


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    if _throwaway is not None:
        _throwaway.discard()


def point_environment_at(throwaway: Throwaway) -> None:
    """Nothing of the developer's own desk reaches the tests: neither its data nor its relay."""
    for name in list(os.environ):
        if name == "EMAIL_URL" or (name.startswith("DESKBELL_") and name not in KEPT_VARIABLES):
            del os.environ[name]
    os.environ["DATABASE_URL"] = throwaway.cluster.dsn()
    os.environ["DESKBELL_DATA"] = str(throwaway.folder / "data")


def remove_leftovers() -> None:
    """Stop and remove what runs that were killed have left in the temporary folder."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        held = hold(folder) if _is_mine(folder) else None
        if held is not None:
            remove(folder)
            held.close()


def _is_mine(folder: Path) -> bool:
    """Another run may take the folder away while this one looks."""
    try:
        return folder.stat().st_uid == os.getuid()
    except FileNotFoundError:
        return False


def hold(folder: Path) -> IO[str] | None:
    """Lock the folder for this process; None if a living run holds it."""
    try:
        held = (folder / "held").open("w")
    except OSError:
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        return None
    return held


def remove(folder: Path) -> None:
    if (folder / "data").exists():
        Cluster(folder / "data", durable=False).stop()
    shutil.rmtree(folder, ignore_errors=True)
