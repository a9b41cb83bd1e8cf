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

from deskbell.lib import s3

PRIVATE = "private/"
log = logging.getLogger(__name__)


class Target(Protocol):
    """Where copies go; both raise OSError or s3.Failed."""

    def write(self, path: str, content: bytes) -> None: ...
    def remove(self, path: str) -> None: ...


class Copy:
    """Brings what was noted from a folder to a target. One thread may note while another brings."""

    def __init__(self, source: Path, target: Target) -> None:
        self._source, self._target = source, target
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
        """Bring what was noted, the pages before the heartbeat that says how new they are. What could not be
        brought stays noted."""
        with self._lock:
            noted = list(self._noted.items())
        try:
            for path, token in sorted(noted, key=lambda each: each[0].endswith("heartbeat.json")):
                self._bring(path)
                with self._lock:
                    if self._noted.get(path) is token:  # not changed again meanwhile
                        del self._noted[path]
        except (OSError, s3.Failed) as error:
            if not self._fails:
                log.warning("The status page can’t be copied, and is tried again: %s", error)
            self._fails = True
        else:
            if self._fails:
                log.info("The status page is copied again.")
            self._fails = False

    def _bring(self, path: str) -> None:
        try:
            content = (self._source / path).read_bytes()
        except FileNotFoundError:
            self._target.remove(path)
        else:
            self._target.write(path, content)
