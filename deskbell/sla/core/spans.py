"""Sorted covered intervals with their cumulative length, in integer microseconds (C6)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable


class Spans:
    """The covered intervals that are known between two instants; immutable once made.

    `starts[i]` to `ends[i]` is covered, half-open; `before[i]` is the covered time before
    `starts[i]`, counted from the first interval. The covered time at an instant from there on is
    the instant + `shift[i]`, at most `full[i]`. Answers hold between `since` and `until`.
    """

    __slots__ = ("before", "ends", "full", "shift", "since", "starts", "total", "until")

    def __init__(self, intervals: Iterable[tuple[int, int]], since: int, until: int) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.before: list[int] = []
        self.since = since
        self.until = until
        self._fill(intervals)
        self.shift = [covered - at for covered, at in zip(self.before, self.starts, strict=True)]
        self.full = [end + shift for end, shift in zip(self.ends, self.shift, strict=True)]
        self.total = self.covered(until)

    def contains(self, instant: int) -> bool:
        """Whether the instant is covered."""
        index = bisect_right(self.starts, instant) - 1
        return index >= 0 and instant < self.ends[index]

    def covered(self, instant: int) -> int:
        """Covered time up to the instant, counted from the first interval."""
        index = bisect_right(self.starts, instant) - 1
        if index < 0:
            return 0
        covered, full = instant + self.shift[index], self.full[index]
        return covered if covered < full else full

    def earliest(self, covered: int) -> int:
        """The earliest instant with so much covered time before it (C4); `covered` > 0."""
        index = bisect_left(self.before, covered) - 1
        return covered - self.shift[index]

    def latest(self, covered: int) -> int:
        """The latest instant with so much covered time before it (C4); `covered` < the total."""
        index = bisect_right(self.before, covered) - 1
        return covered - self.shift[index]

    def opening_after(self, instant: int) -> int | None:
        """The first start after the instant, None if there is none that is known."""
        index = bisect_right(self.starts, instant)
        return self.starts[index] if index < len(self.starts) else None

    def closing_after(self, instant: int) -> int | None:
        """The first end after the instant, None if there is none that is known: an interval that
        runs past `until` is cut, not closed."""
        index = bisect_right(self.ends, instant)
        known = index < len(self.ends) and self.ends[index] <= self.until
        return self.ends[index] if known else None

    def closing_up_to(self, instant: int) -> int | None:
        """The last end at or before the instant, None if there is none that is known."""
        index = bisect_right(self.ends, instant) - 1
        return self.ends[index] if index >= 0 else None

    def between(self, start: int, end: int) -> list[tuple[int, int]]:
        """The covered intervals, cut to start and end."""
        first, past = bisect_right(self.ends, start), bisect_left(self.starts, end)
        return [
            (max(self.starts[index], start), min(self.ends[index], end))
            for index in range(first, past)
        ]

    def _fill(self, intervals: Iterable[tuple[int, int]]) -> None:
        """Take the intervals in order; those that meet become one, empty ones vanish (C1)."""
        covered = 0
        for start, end in intervals:
            if start >= end:
                continue
            if self.ends and start <= self.ends[-1]:
                covered += max(0, end - self.ends[-1])
                self.ends[-1] = max(end, self.ends[-1])
                continue
            self.starts.append(start)
            self.ends.append(end)
            self.before.append(covered)
            covered += end - start
