"""The worker's loop: what has changed is rendered at once, a storm of changes together.

The database keeps no list of what is to be done. A change wakes this loop when it commits; the loop compares
what is with what it drew last, also when nobody woke it. So nothing is lost with a wake that was missed.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
from collections.abc import Hashable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from deskbell.incidents.status_page import rendering
from deskbell.incidents.status_page.audience import Audience, audiences
from deskbell.incidents.status_page.board import history
from deskbell.incidents.status_page.bucket import Bucket
from deskbell.incidents.status_page.copying import HEARTBEAT, PRIVATE, Copy
from deskbell.incidents.status_page.folder import Folder
from deskbell.incidents.status_page.pages import Moment, Page, file_of, front_pages, other_pages
from deskbell.incidents.status_page.signature import next_edge, signature
from deskbell.lib import clock
from deskbell.lib.savepoints import by_itself
from deskbell.realtime.wake import wake, wake_here

NAME, FAR = "status-page", "status-bucket"
USUAL = 15.0  # seconds between two looks that nobody asked for
LEAST, MOST = 0.25, 2.0  # seconds between two renderings; else as long as one takes
log = logging.getLogger(__name__)


def changed(fact: object) -> None:
    """Something that the page may show is different: it is looked at when this transaction commits."""
    wake(NAME)


class Renderer:
    """Keeps one folder up to the database. It remembers what it drew, so a restart draws all anew."""

    def __init__(self, root: Path, copy_to: Path | None = None, bucket: str = "") -> None:
        self.folder = Folder(root)
        self._near = [Copy(root, Folder(copy_to), "near")] if copy_to else []
        self._far = (
            [Copy(root, Bucket(bucket), "far")] if bucket else []
        )  # slow: in a loop of its own
        self._stop = threading.Event()
        self._signature: Hashable = None
        self._keys: dict[str, object] = {}
        self._drawn: dict[str, bytes] = {}
        self._not_before = 0.0

    def step(self) -> float:
        """Render what has changed (the worker's loop). Returns when to look again at the latest."""
        self._stop.wait(max(0.0, self._not_before - time.monotonic()))
        began = time.monotonic()
        now = clock.now()
        if self.render(now):
            took = time.monotonic() - began
            self._not_before = began + took + min(max(LEAST, took), MOST)
        self._beat(now)
        edge = next_edge(now)
        return min(USUAL, (edge - now).total_seconds() + 0.01) if edge else USUAL

    def render(self, now: datetime) -> bool:
        """Bring the folder up to this instant; False if all was as it is."""
        readers = list(audiences())
        found = signature(now, readers)
        if found == self._signature:
            return False
        moment = Moment(now, found, history(readers[0].all_components, now))
        wanted, failed = {HEARTBEAT}, False
        for reader, pages in _in_order(moment, readers):
            with by_itself(log, "Pages of %s can’t be listed", reader.name) as listed:
                for page in pages:
                    wanted.add(page.path)
                    failed |= not self._brought(page, now)
            if listed.error:  # which pages there are is not known: what is there stays
                failed, wanted = True, wanted | self._pages_of(reader)
        for path in self._keys.keys() - wanted:
            del self._keys[path], self._drawn[path]
        gone = self.folder.keep_only(wanted)
        self._note(gone)
        self._signature = None if failed else found  # what failed is tried with the next look
        return True

    def _brought(self, page: Page, now: datetime) -> bool:
        """Draw a page whose key is another than before. False if that fails: the old one stays, and the
        others go on."""
        if page.path in self._keys and self._keys[page.path] == page.key:
            return True
        with by_itself(log, "%s can’t be drawn", page.path) as drawn:
            self._put(page, now)
        return drawn.error is None

    def _pages_of(self, reader: Audience) -> set[str]:
        """The files of an audience that are there."""
        folder = file_of(reader, "en", "index.html").removesuffix("index.html")
        paths = (each.relative_to(self.folder.root).as_posix() for each in self.folder.files())
        return {
            path
            for path in paths
            if (path.startswith(folder) if folder else not path.startswith(PRIVATE))
        }

    def _put(self, page: Page, now: datetime) -> None:
        """Draw it, and write it if it reads differently; the instant of its making is no difference."""
        content = page.draw()
        drawn = hashlib.sha256(content).digest()
        if self._drawn.get(page.path) != drawn:
            if page.audience is not None:
                content = rendering.stamped(content, page.audience, page.language, now)
            self._write(page.path, content)
        self._keys[page.path], self._drawn[page.path] = page.key, drawn

    def _beat(self, now: datetime) -> None:
        """Say that the folder is up to the database as of now."""
        self._write(HEARTBEAT, json.dumps({"checked_at": now.isoformat()}).encode())
        for copy in self._near:
            copy.bring()
        wake_here(FAR)

    def bring_far(self) -> float:
        """Bring what was written to the bucket (a loop of the worker)."""
        for copy in self._far:
            copy.bring()
        return USUAL

    def _write(self, path: str, content: bytes) -> None:
        self.folder.write(path, content)
        self._note([path])

    def _note(self, paths: list[str]) -> None:
        for copy in [*self._near, *self._far]:
            copy.note(paths)


def _in_order(moment: Moment, readers: list[Audience]) -> Iterator[tuple[Audience, Iterator[Page]]]:
    """The public front page first, history last."""
    yield readers[0], front_pages(moment, readers[0])
    yield readers[0], other_pages(moment, readers[0])
    for reader in readers[1:]:
        yield reader, front_pages(moment, reader)
    for reader in readers[1:]:
        yield reader, other_pages(moment, reader)


def renderer() -> Renderer:
    """That of this desk."""
    return Renderer(settings.STATUS_FOLDER, settings.STATUS_COPY, settings.STATUS_BUCKET)
