"""The public pages in a second folder as well: a mounted share, or what another web server serves.

Districts' own pages stay at home. A copy that fails is tried again with the next look, and stops nothing;
files there that the desk hasn't written are left alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from deskbell.incidents.status_page.folder import Folder

PRIVATE = "private/"
log = logging.getLogger(__name__)


class Copy:
    """Brings what was noted from one folder to another."""

    def __init__(self, source: Path, target: Path) -> None:
        self._source, self._target = source, Folder(target)
        self._changed: dict[str, None] = {}
        self._gone: dict[str, None] = {}
        self._fails = False

    def note(self, path: str) -> None:
        """This file was written."""
        if not path.startswith(PRIVATE):
            self._changed[path] = None
            self._gone.pop(path, None)

    def note_gone(self, paths: Iterable[str]) -> None:
        """These were removed."""
        for path in paths:
            if not path.startswith(PRIVATE) and not path.endswith(".gz"):
                self._gone[path] = None
                self._changed.pop(path, None)

    def bring(self) -> None:
        """Write what was noted, the pages before the heartbeat that says how new they are. What can't be
        written stays noted."""
        try:
            for path in sorted(self._changed, key=lambda path: path.endswith("heartbeat.json")):
                self._target.write(path, (self._source / path).read_bytes())
                del self._changed[path]
            for path in list(self._gone):
                self._target.remove(path)
                del self._gone[path]
        except OSError as error:
            if not self._fails:
                log.warning("The status page can’t be copied, and is tried again: %s", error)
            self._fails = True
        else:
            if self._fails:
                log.info("The status page is copied again.")
            self._fails = False
