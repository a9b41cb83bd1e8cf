"""The arithmetic of gaps: spans that are promised and in which nobody can be reached (G1). Pure.

Everything is a half-open span between two instants in UTC (T2); the work grows with the number of
spans and not with the minutes in them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import IntEnum
from itertools import groupby
from typing import NamedTuple

Span = tuple[datetime, datetime]


class Is(IntEnum):
    """What a mark says of its span. EXCUSED: someone should be there, and `why` says why they can't."""

    PROMISED, REACHED, WARNED, EXCUSED = range(4)


class Mark(NamedTuple):
    """One fact about one span. `kind` and `why` say what is doubtful, for the last two."""

    start: datetime
    end: datetime
    says: Is
    kind: str = ""
    why: str = ""


class Hole(NamedTuple):
    """A span without anyone. A warning: someone is there, but their way is untested (G2)."""

    impact: str
    start: datetime
    end: datetime
    kind: str
    why: str
    warning: bool = False


def holes(impact: str, marks: Iterable[Mark], *, nobody: str) -> list[Hole]:
    """Where something is promised and nobody is reached, in order. `nobody` is why nobody is there."""
    found: list[Hole] = []
    for start, end, standing in _pieces(marks):
        hole = _judged(impact, start, end, standing, nobody)
        if hole is None:
            continue
        last = found[-1] if found else None
        if last and last.end == start and last._replace(start=start, end=end) == hole:
            found[-1] = last._replace(end=end)
        else:
            found.append(hole)
    return found


def opened(before: Iterable[Hole], after: Iterable[Hole]) -> list[Hole]:
    """What of the gaps `after` was no gap before; warnings are none."""
    known: dict[str, list[Span]] = {}
    for hole in before:
        if not hole.warning:
            known.setdefault(hole.impact, []).append((hole.start, hole.end))
    return [
        hole._replace(start=start, end=end)
        for hole in after
        if not hole.warning
        for start, end in minus((hole.start, hole.end), known.get(hole.impact, ()))
    ]


def minus(span: Span, others: Iterable[Span]) -> list[Span]:
    """What is left of a span without the others, in order."""
    left, (at, end) = [], span
    for start, stop in sorted(others):
        if stop <= at or start >= end:
            continue
        if at < start:
            left.append((at, start))
        at = max(at, stop)
    return [*left, (at, end)] if at < end else left


def common(span: Span, others: Iterable[Span]) -> list[Span]:
    """The parts of a span that lie in any of the others; they may overlap."""
    parts = [(max(span[0], start), min(span[1], end)) for start, end in others]
    return [(start, end) for start, end in parts if start < end]


def _pieces(marks: Iterable[Mark]) -> Iterator[tuple[datetime, datetime, Counter[Mark]]]:
    """Span by span between two instants at which anything changes, with what stands there."""
    edges: list[tuple[datetime, int, Mark]] = []
    for mark in marks:
        plain = Mark(*(datetime.min,) * 2, mark.says, mark.kind, mark.why)  # noqa: DTZ901 - a key
        edges += [(mark.start, 1, plain), (mark.end, -1, plain)]
    edges.sort(key=lambda edge: edge[0])
    standing: Counter[Mark] = Counter()
    at: datetime | None = None
    for instant, changes in groupby(edges, key=lambda edge: edge[0]):
        if at is not None and standing:
            yield at, instant, standing
        for _, step, mark in changes:
            standing[mark] += step
        standing = +standing
        at = instant


def _judged(
    impact: str, start: datetime, end: datetime, standing: Counter[Mark], nobody: str
) -> Hole | None:
    said = {mark.says for mark in standing}
    if Is.PROMISED not in said or Is.REACHED in said:
        return None
    warning = Is.WARNED in said
    told = sorted({m for m in standing if m.says == (Is.WARNED if warning else Is.EXCUSED)})
    if not told:
        return Hole(impact, start, end, "nobody", nobody)
    why = " ".join(dict.fromkeys(mark.why for mark in told))
    return Hole(impact, start, end, told[0].kind, why, warning)
