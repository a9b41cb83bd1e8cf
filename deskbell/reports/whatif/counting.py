"""Counting what was met beside what would have been, per impact, metric and district."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from math import ceil
from typing import Any, NamedTuple

from deskbell.reports.whatif.reading import About
from deskbell.sla.core.draft import Draft, Mark
from deskbell.sla.core.policy import Impact, Metric

MET, MISSED, RUNNING, CANCELLED, UNANSWERED = range(5)
SECOND = 1_000_000
_IMPACTS = [str(impact) for impact in Impact]
_METRICS = [str(metric) for metric in Metric]


class Cell(NamedTuple):
    """What is counted together. The impact is the one under which the clock was promised, which
    may not be that of the ticket now."""

    impact: str
    metric: str
    district: int | None


class Turn(NamedTuple):
    """A clock that changes sides, and its impact as it would have been; due instants in
    microseconds, None while it was paused."""

    about: About
    impact: str
    metric: str
    ordinal: int
    to_missed: bool
    due_was: int | None
    due_would_be: int | None


class Tally:
    """The clocks of a cell on one side. `used`: covered seconds of those that were stopped by what
    they waited for, in time or late, eight bytes each."""

    __slots__ = ("ended", "used", "warned")

    def __init__(self) -> None:
        self.ended = [0] * 5
        self.warned = 0
        self.used = array("q")

    def take(self, draft: Draft, now: int) -> int:
        """Count one clock; returns how it ended. Late is missed, answered or not; cancelled and
        solved unanswered (K14) stand apart, as does what still runs: nobody kept or broke it."""
        return self.note(*judged(draft, now))

    def note(self, end: int, used: int, warned: bool) -> int:
        """Count what was `judged`."""
        self.ended[end] += 1
        self.warned += warned
        if used >= 0:
            self.used.append(used)
        return end

    def add(self, other: Tally) -> None:
        """Count another cell's clocks too."""
        self.ended = [mine + its for mine, its in zip(self.ended, other.ended, strict=True)]
        self.warned += other.warned
        self.used.extend(other.used)

    def summary(self) -> dict[str, Any]:
        """As plain JSON: counts, the share that was met of those that were decided, and the
        median and 90th percentile of the covered seconds used; None where there are none."""
        met, missed, running, cancelled, unanswered = self.ended
        decided = met + missed
        used = sorted(self.used)
        return {
            "clocks": sum(self.ended),
            "met": met,
            "breached": missed,
            "share_met": round(met / decided, 4) if decided else None,
            "running": running,
            "cancelled": cancelled,
            "solved_unanswered": unanswered,
            "warned": self.warned,
            "median_used": _percentile(used, 0.5),
            "p90_used": _percentile(used, 0.9),
        }


def judged(draft: Draft, now: int) -> tuple[int, int, bool]:
    """How a clock ended, the covered seconds that it used (-1 if nothing that it waited for
    stopped it), and whether it had come to its warning."""
    stop, bound = draft.stop, draft.bound
    assert bound is not None
    used = draft.counted(draft.start, now if stop is None else stop)
    if draft.breached_at is not None:
        end = MISSED
    elif stop is None:
        end = RUNNING
    elif draft.cancelled:
        end = UNANSWERED if draft.end_mark is Mark.SOLVED_UNANSWERED else CANCELLED
    else:
        end = MET
    answered = stop is not None and not draft.cancelled
    return end, used // SECOND if answered else -1, used >= bound.warn


class Count:
    """Both sides, cell by cell, for the clocks that began from `since` to before `until`."""

    def __init__(self, since: int, until: int, now: int) -> None:
        self._since, self._until, self._now = since, until, now
        self._cells: dict[tuple[str, str, int | None], tuple[Tally, Tally]] = {}
        self.tickets = 0
        self.turned = [0, 0]  # to met, to missed

    def take(self, about: About, was: list[Draft], would_be: list[Draft]) -> list[Turn]:
        """Count a ticket; returns its clocks that change sides."""
        since, until, now = self._since, self._until, self._now
        if would_be is was:
            return self._take_same(about, was)
        ends: dict[tuple[str, int], tuple[int, int | None]] = {}
        turns: list[Turn] = []
        for draft in was:
            if since <= draft.start < until:
                end = self._cell(about, draft)[0].take(draft, now)
                ends[draft.metric, draft.ordinal] = end, draft.due
        counted = bool(ends)
        for draft in would_be:
            if since <= draft.start < until:
                counted = True
                end = self._cell(about, draft)[1].take(draft, now)
                before, due = ends.get((draft.metric, draft.ordinal), (end, None))
                if before != end and before <= MISSED and end <= MISSED:
                    to_missed = end == MISSED
                    self.turned[to_missed] += 1
                    turns.append(
                        Turn(
                            about,
                            draft.impact,
                            draft.metric,
                            draft.ordinal,
                            to_missed,
                            due,
                            draft.due,
                        )
                    )
        self.tickets += counted
        return turns

    def _take_same(self, about: About, was: list[Draft]) -> list[Turn]:
        """Count a ticket on which nothing would have been otherwise."""
        counted = False
        for draft in was:
            if self._since <= draft.start < self._until:
                counted = True
                found = judged(draft, self._now)
                for tally in self._cell(about, draft):
                    tally.note(*found)
        self.tickets += counted
        return []

    def result(self, names: dict[int, str]) -> dict[str, Any]:
        """Everything as plain JSON, in the order in which people read it. `names`: of districts."""

        def by_name(district: int | None) -> tuple[bool, str]:
            return district is None, names.get(district or 0, "")

        impacts = self._by(lambda cell: cell.impact)
        metrics = self._by(lambda cell: cell.metric)
        promises = self._by(lambda cell: (cell.impact, cell.metric))
        districts = self._by(lambda cell: cell.district)
        return {
            "tickets": self.tickets,
            **self._by(lambda cell: None).get(None, _sides(Tally(), Tally())),
            "by_impact": [{"impact": i, **impacts[i]} for i in _IMPACTS if i in impacts],
            "by_metric": [{"metric": m, **metrics[m]} for m in _METRICS if m in metrics],
            "by_promise": [
                {"impact": i, "metric": m, **promises[i, m]}
                for i in _IMPACTS
                for m in _METRICS
                if (i, m) in promises
            ],
            "by_district": [
                {"district": names.get(d or 0, ""), "district_id": d, **districts[d]}
                for d in sorted(districts, key=by_name)
            ],
            "to_met": self.turned[0],
            "to_missed": self.turned[1],
        }

    def _cell(self, about: About, draft: Draft) -> tuple[Tally, Tally]:
        key = (draft.impact, draft.metric, about.district)
        found = self._cells.get(key)
        if found is None:
            found = self._cells[key] = Tally(), Tally()
        return found

    def _by(self, key: Callable[[Cell], Any]) -> dict[Any, dict[str, Any]]:
        """Both sides of what has the same key, as plain JSON."""
        found: dict[Any, tuple[Tally, Tally]] = {}
        for cell, tallies in self._cells.items():
            wholes = found.setdefault(key(Cell(*cell)), (Tally(), Tally()))
            for whole, part in zip(wholes, tallies, strict=True):
                whole.add(part)
        return {each: _sides(*tallies) for each, tallies in found.items()}


def _sides(was: Tally, would_be: Tally) -> dict[str, Any]:
    return {"as_it_was": was.summary(), "would_be": would_be.summary()}


def _percentile(ordered: list[int], share: float) -> int | None:
    """The smallest value that so large a share does not exceed."""
    return ordered[ceil(share * len(ordered)) - 1] if ordered else None
