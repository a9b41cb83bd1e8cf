"""The public pages in a second place as well: a folder for another web server, a bucket.

Districts' own pages stay at home. A copy that fails is tried again with the next look, and stops nothing;
what the desk hasn't written there is left alone.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from deskbell.incidents.status_page.folder import LISTS, Folder
from deskbell.lib import s3

PRIVATE, HEARTBEAT = "private/", "heartbeat.json"
ENOUGH = 5  # failures in a row after which the rest waits
log = logging.getLogger(__name__)


class Target(Protocol):
    """Where copies go; both raise OSError or s3.Failed."""

    def write(self, path: str, content: bytes) -> None: ...
    def remove(self, path: str) -> None: ...


class Copy:
    """Brings what was noted from a folder to a target. One thread may note while another brings."""

    def __init__(self, source: Path, target: Target, name: str) -> None:
        self._source, self._target = source, target
        self._list = f"{LISTS}{name}"  # of what lies there; beside the pages, and served to nobody
        self._there = _lines(source / self._list)
        self._left: set[str] = set()
        self._compared = False
        self._lock = threading.Lock()
        self._noted: dict[str, object] = {}  # by path, a token of its latest change
        self._fails = False

    def note(self, paths: Iterable[str]) -> None:
        """These were written or removed."""
        with self._lock:
            for path in paths:
                if not path.startswith(PRIVATE) and not path.endswith(".gz"):
                    self._noted[path] = object()

    def bring(self) -> None:
        """Bring what was noted: removals first, and at last, if all went well, the heartbeat that says how
        new the pages are. What could not be brought stays noted."""
        with self._lock:
            noted = dict(self._noted)
        try:
            if not self._compared and HEARTBEAT in noted:  # the folder is up to the database
                noted = self._forgotten() | noted
                self._compared = True
            self._remember(self._there | noted.keys())
            error = self._bring_all(noted)
            self._remember(
                {path for path in self._there if (self._source / path).exists()} | self._left
            )
        except OSError as failed:
            error = failed
        if error and not self._fails:
            log.warning("The status page can’t be copied, and is tried again: %s", error)
        elif self._fails and not error:
            log.info("The status page is copied again.")
        self._fails = error is not None

    def _bring_all(self, noted: dict[str, object]) -> Exception | None:
        """Returns the last that failed. Where nothing works the rest waits for the next look."""
        error, in_a_row = None, 0
        self._left = set(noted)
        for path in sorted(noted, key=self._order):
            if (path == HEARTBEAT and error) or in_a_row == ENOUGH:
                break
            try:
                self._bring(path)
            except (OSError, s3.Failed) as failed:
                error, in_a_row = failed, in_a_row + 1
                continue
            in_a_row = 0
            self._left.discard(path)
            with self._lock:
                if self._noted.get(path) is noted[path]:  # not changed again meanwhile
                    del self._noted[path]
        return error

    def _order(self, path: str) -> int:
        return 2 if path == HEARTBEAT else int((self._source / path).exists())

    def _forgotten(self) -> dict[str, object]:
        """What was copied by an earlier process and is gone here; noted, too."""
        gone = [path for path in self._there if not (self._source / path).exists()]
        self.note(gone)
        with self._lock:
            return {path: self._noted[path] for path in gone}

    def _remember(self, paths: set[str]) -> None:
        """Keep what lies there, before it is brought: a crash forgets none of it."""
        if paths != self._there:
            self._there = paths
            Folder(self._source).write(self._list, "\n".join(sorted(paths)).encode())

    def _bring(self, path: str) -> None:
        try:
            content = (self._source / path).read_bytes()
        except FileNotFoundError:
            self._target.remove(path)
        else:
            self._target.write(path, content)


def _lines(place: Path) -> set[str]:
    return set(place.read_text().splitlines()) if place.exists() else set()
