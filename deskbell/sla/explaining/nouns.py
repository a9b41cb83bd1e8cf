"""The nouns of an explanation. Instants are aware and in UTC; durations are covered time.

All words in them are in the language of the reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Audience(StrEnum):
    """Who reads it: the team sees all, a customer what concerns them."""

    AGENT = "agent"
    CUSTOMER = "customer"


class Why(StrEnum):
    """Whether a span counts, and if not, why."""

    COUNTED = "counted"
    CLOSED = "closed"
    HOLIDAY = "holiday"  # closed on days that have a name
    PAUSED = "paused"
    FOLDED = "folded"  # several days of a long explanation in one line


@dataclass(frozen=True)
class Version:
    """A version of a policy that held for the ticket; `digest` is the SHA-256 of what it froze."""

    name: str  # "Standard Support, version 3"
    policy: str
    number: int
    made_at: datetime
    reason: str  # empty for customers
    digest: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Promised:
    """A line of a policy that holds for a clock. `counts`: it gives the due instant (K15)."""

    version: Version
    line: str  # "Normal impact", "Live chat", "Alarm", "Tier 2", "A vendor"
    target: timedelta
    coverage: str
    zone: str
    due: datetime | None
    counts: bool


@dataclass(frozen=True)
class Cause:
    """Something that happened on the ticket. `words`: the sentence, without its instant."""

    kind: str
    who: str
    at: datetime
    words: str


@dataclass(frozen=True)
class Step:
    """A span of a clock. `total`: counted up to its end; `late`: it lies after the breach."""

    start: datetime
    end: datetime
    counted: timedelta
    total: timedelta
    why: Why
    reason: str
    late: bool = False


@dataclass(frozen=True)
class Line:
    """Steps that are read together: a day with its closed night, a run of closed days.

    A folded line holds the lines of many days in `inner`; of all others it is empty.
    """

    start: datetime
    end: datetime
    counted: timedelta
    total: timedelta
    why: Why
    reason: str
    late: bool = False
    inner: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Pause:
    """A span in which the clock stood still; `end` is None while it lasts (K7)."""

    start: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True)
class Remark:
    """What is special about a clock, in plain words, with the mark that the core gave it."""

    mark: str
    words: str


@dataclass(frozen=True)
class Explanation:
    """One clock: what was promised, how the time was counted, and what came of it.

    `standing` as of `Clock.standing`: running, warned, breached, paused, met, late, cancelled.
    `steps` are exact and without gaps; `lines` are the same, folded for reading.
    `zone` and `language` are the reader's; `other_zone` the coverage's, empty where both show the same.
    """

    metric: str
    ordinal: int
    label: str
    about: str
    standing: str
    promises: tuple[Promised, ...]
    target: timedelta
    counted: timedelta
    start: datetime
    started_by: Cause | None
    warn_at: datetime | None
    due: datetime | None
    stop: datetime | None
    stopped_by: Cause | None
    breached_at: datetime | None
    late_by: timedelta | None
    pauses: tuple[Pause, ...]
    steps: tuple[Step, ...]
    lines: tuple[Line, ...]
    remarks: tuple[Remark, ...]
    zone: str
    other_zone: str
    language: str
    as_of: datetime
    summary: str

    @property
    def key(self) -> str:
        """Its name in an address: "first_reply/1"."""
        return f"{self.metric}/{self.ordinal}"

    @property
    def promised(self) -> Promised:
        """The promise that gives the due instant."""
        return next(each for each in self.promises if each.counts)

    @property
    def is_ended(self) -> bool:
        return self.stop is not None


@dataclass(frozen=True)
class Account:
    """All clocks of a ticket that the reader may see, and the events and versions they follow from.

    The clocks still to be stopped come first, the next due first of all, then the ended ones, the
    newest first.
    """

    number: int
    subject: str
    audience: Audience
    zone: str
    language: str
    as_of: datetime
    versions: tuple[Version, ...]
    events: tuple[Cause, ...]
    clocks: tuple[Explanation, ...]
