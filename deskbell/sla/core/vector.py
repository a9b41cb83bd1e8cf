"""The same answers for whole arrays: numpy int64 microseconds since 1970 UTC in and out (C6).

The only part that imports numpy. Arrays broadcast against each other; an empty one gives an empty
one; anything but integers is a `ValueError`. `PastHorizon` as in the scalar form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from deskbell.sla.core.coverage import Coverage

Micros = npt.NDArray[np.int64]


def contains(coverage: Coverage, instants: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether each instant is covered (C3)."""
    at = _integers(instants, "instants")
    if not at.size:
        return np.zeros(at.shape, dtype=bool)
    known = _known(coverage, at, at)
    index = _index(known.starts, at, "right")
    return (at >= known.starts[index]) & (at < known.ends[index])


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
    found = target - known.shift[_index(known.before, target, "left")]
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
    found = target - known.shift[_index(known.before, target, "right")]
    return _with_zeros(found, amount, end, coverage.subtract_micros)


class _Known(NamedTuple):
    """Resolved intervals as arrays: an instant's covered time is instant + shift, at most full."""

    starts: Micros
    ends: Micros
    before: Micros
    shift: Micros
    full: Micros
    least: int
    total: int


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
    starts = np.array(spans.starts or nowhere, dtype=np.int64)
    ends = np.array(spans.ends or nowhere, dtype=np.int64)
    before = np.array(spans.before or [0], dtype=np.int64)
    shift = before - starts
    return _Known(
        starts, ends, before, shift, ends + shift, spans.covered(spans.since), spans.total
    )


def _covered(known: _Known, at: Micros) -> Micros:
    index = _index(known.starts, at, "right")
    covered: Micros = np.maximum(np.minimum(at + known.shift[index], known.full[index]), 0)
    return covered


def _index(bounds: Micros, values: Micros, side: Literal["left", "right"]) -> npt.NDArray[np.intp]:
    return np.maximum(np.searchsorted(bounds, values, side=side) - 1, 0)


def _with_zeros(
    found: Micros, amount: Micros, at: Micros, scalar: Callable[[int, int], int]
) -> Micros:
    """An amount of zero has a rule of its own; the few that there are go the scalar way."""
    for place in np.flatnonzero(amount == 0):
        found.flat[place] = scalar(int(at.flat[place]), 0)
    return found
