"""One clock while a history is replayed, in integer microseconds."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from deskbell.sla.core.policy import Bound


class Mark(StrEnum):
    """Why a clock is late or was cancelled, where that is not plain."""

    RECLASSIFIED = "late because reclassified"  # K8
    HELD = "held"  # K13
    MERGED = "merged"  # K10
    SPLIT_OFF = "late when split off"  # K13: late already when it got its own ticket
    MOVED = "moved to another ticket"  # K3: the words that it counted went away by a split
    REOPENED = "late when reopened"  # K14: its due instant passed while the ticket was solved
    SOLVED_UNANSWERED = "solved unanswered"  # K14
    EPISODE_ENDED = "episode ended"  # K6
    ESCALATED_FURTHER = "escalated further"  # K16
    HANDED_BACK = "handed back"  # K16: before anyone there took it
    SPAM = "marked as spam"  # nobody had asked for anything
    DELETED = "deleted"
    BROUGHT_BACK = "late when brought back"  # its instant passed while the ticket was set aside


class Pause(NamedTuple):
    """A span that does not count; `end` is None while it lasts."""

    start: int
    end: int | None
    reason: str


class Draft:
    """A clock in the making. `bounds`: the promises that hold for it; `bound`: the one of them that
    gives the due instant (K15), None while nothing is promised."""

    __slots__ = (
        "about",
        "bound",
        "bounds",
        "breached_at",
        "cancelled",
        "due",
        "end_mark",
        "impact",
        "late_mark",
        "metric",
        "ordinal",
        "pauses",
        "start",
        "stop",
    )

    def __init__(self, metric: str, ordinal: int, start: int, about: str) -> None:
        self.metric = metric
        self.ordinal = ordinal
        self.start = start
        self.about = about
        self.impact = ""  # under which its bound was promised
        self.pauses: list[Pause] = []
        self.bounds: Sequence[Bound] = ()
        self.bound: Bound | None = None
        self.due: int | None = None
        self.breached_at: int | None = None
        self.late_mark: Mark | None = None
        self.stop: int | None = None
        self.cancelled = False
        self.end_mark: Mark | None = None

    def price(self, bounds: Sequence[Bound], at: int, mark: Mark | None) -> None:
        """Recompute as if these promises had held since the start (K8); the earliest due instant
        wins (K15).

        Late already: breached now, never back-dated. A breach that came from reclassifying is
        lifted when it is no longer late; any other breach stays as it is.
        """
        if self.breached_at is not None and self.late_mark is not Mark.RECLASSIFIED:
            return
        self.bounds, self.bound, self.due = bounds, None, None
        for bound in bounds:
            due = self.instant_of(bound, bound.target)
            if self.bound is None or (due is not None and (self.due is None or due < self.due)):
                self.bound, self.due = bound, due
        if self.due is None or self.due >= at:
            self.breached_at, self.late_mark = None, None
        elif self.breached_at is None:
            self.breached_at, self.late_mark = at, mark

    def pass_to(self, now: int) -> None:
        """Breached as soon as now is after due, at the due instant itself."""
        if self.due is not None and self.due < now and self.breached_at is None:
            self.breached_at = self.due

    def instant_of(self, bound: Bound, amount: int) -> int | None:
        """When so much has been counted; None while paused before that (K5, K7).

        What is reached in the instant in which a pause begins is not due before the pause ends;
        what is reached at a closing before it was due then (C4).
        """
        at, hours = self.start, bound.hours
        for pause in self.pauses:
            counted = hours.between_micros(at, pause.start)
            if counted > amount:
                break
            if counted == amount > 0 and (due := hours.add_micros(at, amount)) < pause.start:
                return due
            amount -= counted
            if pause.end is None:
                return None
            at = pause.end
        return hours.add_micros(at, amount)

    def counted(self, start: int, end: int) -> int:
        """Covered time from start to end, without the pauses, all of which began before end."""
        assert self.bound is not None
        if not self.pauses:
            return self.bound.hours.between_micros(start, end) if start < end else 0
        total, at, hours = 0, start, self.bound.hours
        for pause in self.pauses:
            if at < pause.start:
                total += hours.between_micros(at, pause.start)
            at = max(at, end if pause.end is None else pause.end)
        return total + (hours.between_micros(at, end) if at < end else 0)

    def is_paused(self) -> bool:
        """Whether a pause lasts."""
        return bool(self.pauses) and self.pauses[-1].end is None
