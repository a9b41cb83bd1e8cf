"""The normal form: what every sender's body is read into, whatever its format."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

LONGEST_KEY = 200
OPEN, UNKNOWN, INFO = "open", "unknown", "info"


class Unreadable(Exception):
    """A body that can't be read; the sentence says why. It pages, and stays in quarantine."""


@dataclass(frozen=True)
class Reported:
    """What a source says of one alert, by its own clock. `ended` is None while it is firing.

    `group`: what it belongs together with, in the sender's terms. `component`: the key of ours that it
    names, beside a label of that name. Of `state` UNKNOWN or INFO nobody is paged.
    """

    key: str
    title: str
    text: str
    severity: str
    labels: dict[str, str]
    started: datetime
    ended: datetime | None
    group: str = ""
    component: str = ""
    address: str = ""
    state: str = OPEN
    knows_start: bool = True  # else `started` is the time of this word alone

    def __post_init__(self) -> None:
        """A key too long to keep is known by its digest."""
        if len(self.key) > LONGEST_KEY:
            object.__setattr__(self, "key", hashlib.sha256(self.key.encode()).hexdigest())


@dataclass(frozen=True)
class Reading:
    """All that could be read in one body. `truncated` alerts were left out by the sender; each of
    the `problems` is one entry that could not be read."""

    reported: tuple[Reported, ...]
    truncated: int = 0
    problems: tuple[str, ...] = field(default=())
