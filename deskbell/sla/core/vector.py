"""The same answers for whole arrays: numpy int64 microseconds since 1970 UTC in and out (C6).

The only part that imports numpy. Arrays broadcast against each other; an empty one gives an empty
one; anything but integers is a `ValueError`. `PastHorizon` as in the scalar form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from deskbell.sla.core.coverage import Coverage
from deskbell.sla.core.instants import DAY

Micros = npt.NDArray[np.int64]
_NEVER = np.iinfo(np.int64).max


def contains(coverage: Coverage, instants: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether each instant is covered (C3)."""
    at = _integers(instants, "instants")
    if not at.size:
        return np.zeros(at.shape, dtype=bool)
    known = _known(coverage, at, at)
    index = known.starts.up_to(at)
    return (at >= known.starts.sorted[index]) & (at < known.ends[index])


def between(coverage: Coverage, a: npt.ArrayLike, b: npt.ArrayLike) -> Micros:
    """The covered microseconds from each a to each b, negative when b is before a (C3)."""
    start, end = np.broadcast_arrays(_integers(a, "a"), _integers(b, "b"))
    if not start.size:
        return np.zeros(start.shape, dtype=np.int64)
    known = _known(coverage, np.minimum(start, end), np.maximum(start, end))
    return _covered(known, end) - _covered(known, start)


def add(coverage: Coverage, starts: npt.ArrayLike, amounts: npt.ArrayLike) -> Micros:
    """For each start the earliest instant with so much covered time between (C4).

    Amounts are microseconds; zero gives the start or the next opening, a negative one is a
    `ValueError`.
    """
    start, amount = _pair(starts, "starts", amounts, "subtract")
    if not start.size:
        return np.zeros(start.shape, dtype=np.int64)
    known, target = _targets(coverage, start, amount)
    if target.max() > known.total:
        furthest = int(target.argmax())
        coverage.add_micros(int(start.flat[furthest]), int(amount.flat[furthest]))
        known, target = _targets(coverage, start, amount)
    found = target - known.shift[known.before.below(target)]
    return _with_zeros(found, amount, start, coverage.add_micros)


def subtract(coverage: Coverage, ends: npt.ArrayLike, amounts: npt.ArrayLike) -> Micros:
    """For each end the latest instant with so much covered time between (C4); as `add`, zero
    gives the end or the last closing."""
    end, amount = _pair(ends, "ends", amounts, "add")
    if not end.size:
        return np.zeros(end.shape, dtype=np.int64)
    known, target = _targets(coverage, end, -amount)
    if target.min() < known.least:
        furthest = int(target.argmin())
        coverage.subtract_micros(int(end.flat[furthest]), int(amount.flat[furthest]))
        known, target = _targets(coverage, end, -amount)
    found = target - known.shift[known.before.up_to(target)]
    return _with_zeros(found, amount, end, coverage.subtract_micros)


class _Known(NamedTuple):
    """Resolved intervals as arrays: an instant's covered time is instant + shift, at most full."""

    starts: _Bounds
    before: _Bounds
    ends: Micros
    shift: Micros
    full: Micros
    least: int
    total: int


class _Bounds:
    """Sorted bounds in which the place of a value is looked up instead of searched for.

    The line is cut into buckets, each a power of two long and no longer than the gap between
    any two bounds: the bounds below a bucket are counted beforehand, and one comparison decides.
    Where that would take more buckets than there are values, it is a binary search.
    """

    def __init__(self, bounds: list[int], values: int) -> None:
        self.sorted = np.array([*bounds, _NEVER], dtype=np.int64)
        self._least = bounds[0]
        gap = int(np.diff(self.sorted[:-1]).min(initial=DAY))
        self._width = gap.bit_length() - 1
        self._last = ((bounds[-1] - bounds[0]) >> self._width) + 1
        self._below: npt.NDArray[np.intp] | None = None
        if self._last < values:
            edges = self._least + (np.arange(self._last + 1, dtype=np.int64) << self._width)
            self._below = np.maximum(np.searchsorted(self.sorted[:-1], edges, "right") - 1, 0)

    def up_to(self, values: Micros) -> npt.NDArray[np.intp]:
        """The place of the last bound at or before each value; that of the first if none is."""
        if self._below is None:
            return np.maximum(np.searchsorted(self.sorted, values, side="right") - 1, 0)
        bucket = (values - self._least) >> self._width
        place = self._below.take(bucket, mode="clip")
        place += self.sorted.take(place + 1) <= values
        return place

    def below(self, values: Micros) -> npt.NDArray[np.intp]:
        """The place of the last bound before each value."""
        return self.up_to(values - 1)


def _pair(
    instants: npt.ArrayLike, name: str, amounts: npt.ArrayLike, instead: str
) -> tuple[Micros, Micros]:
    amount = _integers(amounts, "amounts")
    if amount.size and amount.min() < 0:
        raise ValueError(f"amounts has a negative one: use {instead}() instead.")
    one, other = np.broadcast_arrays(_integers(instants, name), amount)
    return one, other


def _integers(values: npt.ArrayLike, name: str) -> Micros:
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be integers, microseconds since 1970, not {array.dtype}.")
    return array.astype(np.int64, copy=False)


def _targets(coverage: Coverage, at: Micros, amount: Micros) -> tuple[_Known, Micros]:
    """The covered time at each answer; covered time is never longer than elapsed time."""
    reach = at + amount
    known = _known(coverage, np.minimum(at, reach), np.maximum(at, reach))
    return known, _covered(known, at) + amount


def _known(coverage: Coverage, low: Micros, high: Micros) -> _Known:
    spans = coverage.spans(int(low.min()), int(high.max()))
    nowhere = [] if spans.starts else [spans.until + 1]
    starts = _Bounds(spans.starts or nowhere, low.size)
    before = _Bounds(spans.before or [0], low.size)
    ends = np.array(spans.ends or nowhere, dtype=np.int64)
    shift = before.sorted[:-1] - starts.sorted[:-1]
    return _Known(
        starts, before, ends, shift, ends + shift, spans.covered(spans.since), spans.total
    )


def _covered(known: _Known, at: Micros) -> Micros:
    index = known.starts.up_to(at)
    covered: Micros = at + known.shift.take(index)
    np.minimum(covered, known.full.take(index), out=covered)
    return np.maximum(covered, 0, out=covered)


def _with_zeros(
    found: Micros, amount: Micros, at: Micros, scalar: Callable[[int, int], int]
) -> Micros:
    """An amount of zero has a rule of its own; the few that there are go the scalar way."""
    for place in np.flatnonzero(amount == 0):
        found.flat[place] = scalar(int(at.flat[place]), 0)
    return found
