"""The normal form: what every sender's body is read into, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


class Unreadable(Exception):
    """A body that can't be read; the sentence says why. It pages, and stays in quarantine."""


@dataclass(frozen=True)
class Reported:
    """What a source says of one alert, by its own clock. `ended` is None while it is firing."""

    key: str
    title: str
    text: str
    severity: str
    labels: dict[str, str]
    started: datetime
    ended: datetime | None


@dataclass(frozen=True)
class Reading:
    """All that could be read in one body. `truncated` alerts were left out by the sender; each of
    the `problems` is one entry that could not be read."""

    reported: tuple[Reported, ...]
    truncated: int = 0
    problems: tuple[str, ...] = field(default=())
