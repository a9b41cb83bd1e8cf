"""When a promise counts: weekly windows in one zone, with dated exceptions (C1 to C7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from deskbell.sla.core import wall
from deskbell.sla.core.errors import BadCoverage, PastHorizon, said
from deskbell.sla.core.instants import DAY, length, micros, moment
from deskbell.sla.core.spans import Spans
from deskbell.sla.core.windows import DAYS, Minutes, on, read_exceptions, read_week
from deskbell.sla.core.windows import written as _written

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_FIRST = (date(1900, 1, 1).toordinal() - _EPOCH_DAY) * DAY
_LAST = (date(2200, 1, 1).toordinal() - _EPOCH_DAY) * DAY
_MARGIN = 3  # days: no zone moves a window further from its date
_LOOK_BACK, _LOOK_AHEAD = 60 * DAY, 400 * DAY
_FORTNIGHT = 16 * DAY  # two whole weeks: an opening may vanish in the one week that has the gap


class Day(NamedTuple):
    """What is covered on a date: the windows that start on it, as they are written, for example
    `("22:00", "06:00")`. `exceptional` if an exception gives them, with its `name` if it has one."""

    date: date
    windows: tuple[tuple[str, str], ...]
    exceptional: bool
    name: str


class Coverage:
    """A set of instants: what counts (C1). Immutable; equal only to itself; safe between threads.

    Takes aware datetimes in any zone and gives aware datetimes in UTC; amounts are timedeltas;
    all is exact to the microsecond. A naive datetime is a `ValueError` that names the argument
    (C3). It knows the years 1900 to 2199 and raises `PastHorizon` outside (C5). The zone is a
    name, or a `ZoneInfo` with a name, whose own data then hold (K9).
    """

    def __init__(
        self,
        zone: str | ZoneInfo,
        windows: Mapping[str, Sequence[Any]],
        exceptions: Mapping[date, Any],
        name: str,
    ) -> None:
        self.zone = wall.known(zone)
        self.name = name
        self._week = read_week(windows)
        self._dated = read_exceptions(exceptions, self._week)
        self._weekly = any(self._week)
        if not self._weekly and not any(each.windows for each in self._dated.values()):
            raise BadCoverage("This coverage never opens: give it at least one window.")
        self._last_exception = _midnight(max(self._dated)) if self._dated else _FIRST
        self._lock = Lock()
        self._spans = Spans((), 0, -1)

    @classmethod
    def weekly(
        cls,
        zone: str | ZoneInfo,
        windows: Mapping[str, Sequence[Any]],
        exceptions: Mapping[date, Any] | None = None,
        *,
        name: str = "",
    ) -> Self:
        """A coverage by weekly windows and dated exceptions (C1).

        `windows`: `{"mon": [("08:00", "12:00"), ("13:00", "19:00")], ...}`, in wall-clock time;
        `24:00` is a legal end, an end at or before the start lies on the next day.
        `exceptions`: `{date(2026, 11, 26): ([], "Thanksgiving"), date(2026, 11, 27): [("08:00",
        "12:00")]}`; it replaces the windows that *start* on that date, so what began on the
        evening before runs to its end. Overlap, and what can never open, is `BadCoverage`.
        """
        return cls(wall.zone(zone), windows, exceptions or {}, name)

    @classmethod
    def always(cls, zone: str | ZoneInfo, *, name: str = "24/7") -> Self:
        """Every instant; a day is 23 or 25 hours long when the clocks change (C2)."""
        return cls(wall.zone(zone), dict.fromkeys(DAYS, (("00:00", "24:00"),)), {}, name)

    @classmethod
    def from_document(
        cls, document: Mapping[str, Any], zones: Mapping[str, ZoneInfo] | None = None
    ) -> Self:
        """A coverage from its JSON form, as `document` gives it; an exception may also be a bare
        list of windows, or `[windows, name]`.

        `zones`: the zone to go by for a name, made by `wall.frozen` from kept data (K9); names
        that are not among them mean the zone data in use.
        """
        if not isinstance(document, Mapping) or "zone" not in document:
            raise BadCoverage("This coverage has no zone: write one such as 'America/New_York'.")
        exceptions = document.get("exceptions") or {}
        if not isinstance(exceptions, Mapping):
            raise BadCoverage(
                f"{said(exceptions)} is not a calendar: write the windows of each date."
            )
        zone = document["zone"]
        if zones and isinstance(zone, str):
            zone = zones.get(zone, zone)
        return cls(
            zone,
            document.get("windows") or {},
            {_date(day): value for day, value in exceptions.items()},
            str(document.get("name", "")),
        )

    def document(self) -> dict[str, Any]:
        """The coverage as plain JSON: zone, name, windows by weekday, exceptions by date."""
        return {
            "zone": self.zone.key,
            "name": self.name,
            "windows": {
                day: _written(windows)
                for day, windows in zip(DAYS, self._week, strict=True)
                if windows
            },
            "exceptions": {
                day.isoformat(): {"windows": _written(each.windows), "name": each.name}
                for day, each in self._dated.items()
            },
        }

    def contains(self, t: datetime) -> bool:
        """Whether the instant is covered; windows are half-open (C1)."""
        instant = micros(t, "t")
        return self._known(instant, instant).contains(instant)

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The earliest instant with `between(start, it) == amount` (C4).

        `add(start, 0)` is start if covered, else the next opening. A negative amount is a
        `ValueError`; past the end of a finite calendar it raises `PastHorizon`.
        """
        return moment(self.add_micros(micros(start, "start"), length(amount, "amount")))

    def subtract(self, end: datetime, amount: timedelta) -> datetime:
        """The latest instant with `between(it, end) == amount` (C4).

        `subtract(end, 0)` is end if covered, else the last closing. Errors as for `add`.
        """
        return moment(self.subtract_micros(micros(end, "end"), length(amount, "amount")))

    def between(self, a: datetime, b: datetime) -> timedelta:
        """The covered time from a to b, negative when b is before a (C3)."""
        return timedelta(0, 0, self.between_micros(micros(a, "a"), micros(b, "b")))

    def next_opening(self, t: datetime) -> datetime:
        """The first instant after t at which a covered interval starts (C3); `PastHorizon` if
        there is none, as for 24/7."""
        return moment(self._opening_after(micros(t, "t")))

    def next_closing(self, t: datetime) -> datetime:
        """The first instant after t at which a covered interval ends; `PastHorizon` if there is
        none, as for 24/7."""
        return moment(self._closing_after(micros(t, "t")))

    def intervals(self, a: datetime, b: datetime) -> list[tuple[datetime, datetime]]:
        """The covered intervals from a to b, cut to both, in order; none when b <= a (C3)."""
        spans = self.intervals_micros(micros(a, "a"), micros(b, "b"))
        return [(moment(start), moment(end)) for start, end in spans]

    def exceptions_between(self, a: date, b: date) -> list[tuple[date, str]]:
        """The dates from a to b, both included, that have an exception, with its name."""
        return [(day, each.name) for day, each in self._dated.items() if a <= day <= b]

    def days(self, first: date, last: date) -> list[Day]:
        """Each date from first to last, both included, with its windows in wall-clock time: what
        a calendar shows. None when last is before first."""
        ordinals = range(first.toordinal(), last.toordinal() + 1)
        return [self._day(date.fromordinal(ordinal)) for ordinal in ordinals]

    def add_micros(self, start: int, amount: int) -> int:
        """`add` in integer microseconds since 1970."""
        if amount <= 0:
            return self._opening_from(start, amount)
        spans = self._known(start, start + amount)
        while (target := spans.covered(start) + amount) > spans.total:
            spans = self._further(spans, ahead=True)
        return spans.earliest(target)

    def subtract_micros(self, end: int, amount: int) -> int:
        """`subtract` in integer microseconds since 1970."""
        if amount <= 0:
            return self._closing_to(end, amount)
        spans = self._known(end - amount, end)
        while (target := spans.covered(end) - amount) < spans.covered(spans.since):
            spans = self._further(spans, ahead=False)
        return spans.latest(target)

    def between_micros(self, a: int, b: int) -> int:
        """`between` in integer microseconds since 1970."""
        spans = self._spans
        if not spans.since <= a <= b <= spans.until:
            spans = self._known(min(a, b), max(a, b))
        return spans.covered(b) - spans.covered(a)

    def intervals_micros(self, a: int, b: int) -> list[tuple[int, int]]:
        """`intervals` in integer microseconds since 1970."""
        return self._known(a, b).between(a, b) if a < b else []

    def spans(self, low: int, high: int) -> Spans:
        """The resolved intervals that hold at least from low to high, in microseconds (C6)."""
        return self._known(low, high)

    def _opening_from(self, start: int, amount: int) -> int:
        _refuse_negative(amount, "subtract")
        return start if self._known(start, start).contains(start) else self._opening_after(start)

    def _closing_to(self, end: int, amount: int) -> int:
        _refuse_negative(amount, "add")
        spans = self._known(end, end)
        if spans.contains(end):
            return end
        while (closing := spans.closing_up_to(end)) is None:
            spans = self._further(spans, ahead=False)
        return closing

    def _opening_after(self, instant: int) -> int:
        spans = self._known(instant, instant)
        decided = max(instant, self._last_exception) + _FORTNIGHT
        while (opening := spans.opening_after(instant)) is None:
            if spans.until >= decided:
                raise PastHorizon(f"The coverage {self} has no opening after {moment(instant)}.")
            spans = self._further(spans, ahead=True)
        return opening

    def _closing_after(self, instant: int) -> int:
        spans = self._known(instant, instant)
        decided = max(instant, self._last_exception) + _FORTNIGHT
        while (closing := spans.closing_after(instant)) is None:
            if spans.until >= decided:
                raise PastHorizon(f"The coverage {self} has no closing after {moment(instant)}.")
            spans = self._further(spans, ahead=True)
        return closing

    def _known(self, low: int, high: int) -> Spans:
        """What is resolved, extended to hold from low to high if need be."""
        spans = self._spans
        if spans.since <= low and high <= spans.until:
            return spans
        if low < _FIRST or high > _LAST:
            raise PastHorizon(self._outside())
        return self._extend(low, high)

    def _outside(self) -> str:
        return f"The coverage {self} is known from 1900 to 2199 only; this lies outside."

    def _further(self, spans: Spans, *, ahead: bool) -> Spans:
        """At least twice the span, until the horizon ends the search (C5)."""
        width = spans.until - spans.since
        if ahead and spans.until < _LAST:
            return self._extend(spans.since, spans.until + width)
        if not ahead and spans.since > _FIRST:
            return self._extend(spans.since - width, spans.until)
        if self._weekly:
            raise PastHorizon(self._outside())
        side = "after its last opening" if ahead else "before its first opening"
        raise PastHorizon(
            f"The coverage {self} ends: the answer lies {side}. Give it further windows."
        )

    def _extend(self, low: int, high: int) -> Spans:
        with self._lock:
            spans = self._spans
            if spans.since > spans.until:
                since, until = low - _LOOK_BACK, high + _LOOK_AHEAD
            else:
                width = spans.until - spans.since
                since = spans.since if spans.since <= low else min(low, spans.since - width)
                until = spans.until if high <= spans.until else max(high, spans.until + width)
            if not self._weekly:
                since, until = _FIRST, _LAST
            self._spans = self._resolve(max(since, _FIRST), min(until, _LAST))
            return self._spans

    def _resolve(self, since: int, until: int) -> Spans:
        """Day by day from wall-clock times, never by adding 24 hours (C2)."""
        first, last = since // DAY - _MARGIN, until // DAY + _MARGIN
        return Spans(self._windows(first + _EPOCH_DAY, last + _EPOCH_DAY), since, until)

    def _windows(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        ordinals: Any = range(first, last + 1)
        if not self._weekly:
            ordinals = [d.toordinal() for d in self._dated if first <= d.toordinal() <= last]
        for ordinal in ordinals:
            day = date.fromordinal(ordinal)
            for start, end in on(day, self._week, self._dated):
                yield self._instants(day, (start, end))

    def _instants(self, day: date, window: Minutes) -> tuple[int, int]:
        """The two bounds of a window by T2: the first start, the last end."""
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 a wall-clock time
        start, end = (midnight + timedelta(minutes=bound) for bound in window)
        return wall.first_micros(self.zone, start), wall.last_micros(self.zone, end)

    def _day(self, day: date) -> Day:
        exceptional = self._dated.get(day)
        windows = _written(on(day, self._week, self._dated))
        name = "" if exceptional is None else exceptional.name
        return Day(
            day, tuple((start, end) for start, end in windows), exceptional is not None, name
        )

    def __str__(self) -> str:
        return self.name or self.zone.key

    def __repr__(self) -> str:
        return f"<Coverage {self}>"


def _midnight(day: date) -> int:
    return (day.toordinal() - _EPOCH_DAY) * DAY


def _date(text: Any) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise BadCoverage(f"{said(text)} is not a date: write it as 2026-11-26.") from None


def _refuse_negative(amount: int, instead: str) -> None:
    if amount < 0:
        raise ValueError(f"amount is negative: use {instead}() instead.")
