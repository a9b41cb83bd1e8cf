"""Weekly windows and dated exceptions as people write them, checked and turned into minutes (C1).

A window is a pair of minutes since midnight of the day on which it starts; an end past 1440 lies
on the next day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from deskbell.sla.core.errors import BadCoverage, said

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FULL_DAY = 1440
_ONE_DAY = timedelta(days=1)
_BOUND = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|(24):(00)")

Minutes = tuple[int, int]


class Exceptional(NamedTuple):
    """What replaces the windows that start on a date, and why ("" if it has no name)."""

    windows: tuple[Minutes, ...]
    name: str


def read_week(windows: Mapping[str, Sequence[Any]]) -> tuple[tuple[Minutes, ...], ...]:
    """Seven days of windows, Monday first, from `{"mon": [("08:00", "19:00")], ...}`."""
    if not isinstance(windows, Mapping):
        raise BadCoverage(f"{said(windows)} is not a week: write the windows of each weekday.")
    for day in windows:
        if day not in DAYS:
            raise BadCoverage(f"{said(day)} is not a weekday: write one of {', '.join(DAYS)}.")
    week = tuple(_read_day(windows.get(day, ()), day) for day in DAYS)
    for index, day in enumerate(DAYS):
        following = (index + 1) % 7
        _refuse_spill(week[index], day, week[following], DAYS[following])
    return week


def read_exceptions(
    exceptions: Mapping[date, Any], week: tuple[tuple[Minutes, ...], ...]
) -> dict[date, Exceptional]:
    """Each date's windows and name, from `{day: ([], "Thanksgiving"), other: [("08:00", ..)]}`."""
    if not isinstance(exceptions, Mapping):
        raise BadCoverage(f"{said(exceptions)} is not a calendar: write the windows of each date.")
    dated: dict[date, Exceptional] = {}
    for day in exceptions:
        if not isinstance(day, date) or isinstance(day, datetime):
            raise BadCoverage(f"{said(day)} is not a date: an exception holds for one date.")
        dated[day] = _read_exception(exceptions[day], day.isoformat())
    for day in dated:
        for earlier in (day - _ONE_DAY, day):
            later = earlier + _ONE_DAY
            _refuse_spill(
                on(earlier, week, dated), str(earlier), on(later, week, dated), str(later)
            )
    return dict(sorted(dated.items()))


def on(
    day: date, week: tuple[tuple[Minutes, ...], ...], dated: Mapping[date, Exceptional]
) -> tuple[Minutes, ...]:
    """The windows that start on a date: the exception's, or else the weekday's."""
    exceptional = dated.get(day)
    return week[day.weekday()] if exceptional is None else exceptional.windows


def written(windows: Sequence[Minutes]) -> list[list[str]]:
    """Minutes back to the form that people write: `[["22:00", "06:00"]]`."""
    return [[_bound(start), _bound(end)] for start, end in windows]


def _read_exception(value: Any, where: str) -> Exceptional:
    name: Any = ""
    if isinstance(value, Mapping):
        windows, name = value.get("windows", ()), value.get("name")
    elif isinstance(value, (tuple, list)) and len(value) == 2 and _is_name(value[1]):
        windows, name = value
    else:
        windows = value
    if not _is_name(name):
        raise BadCoverage(f"{where}: {said(name)} is not a name: write words, or leave it out.")
    return Exceptional(_read_day(windows, where), name or "")


def _is_name(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _read_day(windows: Any, where: str) -> tuple[Minutes, ...]:
    if isinstance(windows, (str, Mapping)) or not isinstance(windows, Sequence):
        raise BadCoverage(
            f"{where}: {said(windows)} is not a list of windows such as 08:00 to 19:00."
        )
    read = sorted(_read_window(window, where) for window in windows)
    for one, other in pairwise(read):
        if other[0] < one[1]:
            raise _overlap(one, where, other, where)
    return tuple(read)


def _read_window(window: Any, where: str) -> Minutes:
    if isinstance(window, (str, Mapping)) or not isinstance(window, Sequence) or len(window) != 2:
        raise BadCoverage(f"{where}: {said(window)} is not a window: write its start and its end.")
    start, end = (_minutes(bound, where) for bound in window)
    if start == FULL_DAY:
        raise BadCoverage(f"{where}: a window cannot start at 24:00; write 00:00 of the next day.")
    if start == end:
        raise BadCoverage(
            f"{where}: the window {window[0]} to {window[1]} has no length; "
            f"a whole day is 00:00 to 24:00."
        )
    return (start, end if end > start else end + FULL_DAY)


def _minutes(bound: Any, where: str) -> int:
    match = _BOUND.fullmatch(bound) if isinstance(bound, str) else None
    if match is None:
        raise BadCoverage(f"{where}: {said(bound)} is not a time: write HH:MM, 00:00 to 24:00.")
    hours, minutes = (int(part) for part in match.groups() if part is not None)
    return hours * 60 + minutes


def _refuse_spill(
    windows: tuple[Minutes, ...], where: str, following: tuple[Minutes, ...], next_where: str
) -> None:
    """Refuse a window over midnight that runs into the first of the next day."""
    if windows and following and windows[-1][1] - FULL_DAY > following[0][0]:
        raise _overlap(windows[-1], where, following[0], next_where)


def _overlap(one: Minutes, where: str, other: Minutes, other_where: str) -> BadCoverage:
    return BadCoverage(
        f"Windows overlap: {where} {_span(one)} and {other_where} {_span(other)}. "
        f"Let one end before the other begins."
    )


def _span(window: Minutes) -> str:
    return f"{_bound(window[0])} to {_bound(window[1])}"


def _bound(minutes: int) -> str:
    shown = minutes - FULL_DAY if minutes > FULL_DAY else minutes
    return f"{shown // 60:02}:{shown % 60:02}"
