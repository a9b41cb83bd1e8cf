"""How much of what comes is held in memory at once: more is sent away, and the process lives on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator


class Full(Exception):
    """So many bodies are on their way that no more are taken for now."""


class Room:
    """So many bytes may be held at once."""

    def __init__(self, most: int) -> None:
        self.free = most

    @contextlib.contextmanager
    def held(self) -> Iterator[Held]:
        held = Held(self)
        try:
            yield held
        finally:
            self.free += held.size


class Held:
    """What one body holds of a room."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.size = 0

    def add(self, size: int) -> None:
        """Raises Full."""
        if size > self._room.free:
            raise Full
        self._room.free -= size
        self.size += size
