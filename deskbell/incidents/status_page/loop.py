"""The worker's loop: what has changed is rendered at once, a storm of changes together.

The database keeps no list of what is to be done. A change wakes this loop when it commits; the loop compares
what is with what it drew last, also when nobody woke it. So nothing is lost with a wake that was missed.
"""

from __future__ import annotations

import hashlib
import json
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
from deskbell.incidents.status_page.copying import Copy
from deskbell.incidents.status_page.folder import Folder
from deskbell.incidents.status_page.pages import Moment, Page, front_pages, other_pages
from deskbell.incidents.status_page.signature import next_edge, signature
from deskbell.lib import clock
from deskbell.realtime.wake import wake, wake_here

NAME, FAR = "status-page", "status-bucket"
USUAL = 15.0  # seconds between two looks that nobody asked for
LEAST, MOST = 0.25, 2.0  # seconds between two renderings; else as long as one takes
HEARTBEAT = "heartbeat.json"


def changed(fact: object) -> None:
    """Something that the page may show is different: it is looked at when this transaction commits."""
    wake(NAME)


class Renderer:
    """Keeps one folder up to the database. It remembers what it drew, so a restart draws all anew."""

    def __init__(self, root: Path, copy_to: Path | None = None, bucket: str = "") -> None:
        self.folder = Folder(root)
        self._near = [Copy(root, Folder(copy_to))] if copy_to else []
        self._far = [Copy(root, Bucket(bucket))] if bucket else []  # slow: in a loop of its own
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
        wanted = {HEARTBEAT}
        for page in _in_order(moment, readers):
            wanted.add(page.path)
            if page.path not in self._keys or self._keys[page.path] != page.key:
                self._put(page, now)
        for path in self._keys.keys() - wanted:
            del self._keys[path], self._drawn[path]
        gone = self.folder.keep_only(wanted)
        self._note(gone)
        self._signature = found
        return True

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


def _in_order(moment: Moment, readers: list[Audience]) -> Iterator[Page]:
    """The public front page first, history last."""
    yield from front_pages(moment, readers[0])
    yield from other_pages(moment, readers[0])
    for reader in readers[1:]:
        yield from front_pages(moment, reader)
    for reader in readers[1:]:
        yield from other_pages(moment, reader)


def renderer() -> Renderer:
    """That of this desk."""
    return Renderer(settings.STATUS_FOLDER, settings.STATUS_COPY, settings.STATUS_BUCKET)
