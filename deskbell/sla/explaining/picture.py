"""A clock as a bar: what lies where, in percent of its width. Whoever draws it needs no arithmetic.

Counted time is drawn to scale. Closed and paused time is drawn shorter than it is, or four hours over a
weekend would be two slivers at the edges.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2

from deskbell.look.words import duration
from deskbell.sla.explaining.nouns import Explanation, Line, Why
from deskbell.sla.explaining.voice import Voice

_UNCOUNTED_EACH, _UNCOUNTED_MOST = 14.0, 45.0  # percent
_AFTER = 16.0  # percent, for the time since a due instant that has passed unanswered
_NARROWEST = 2.5
_WIDE_ENOUGH = 11.0  # for a word inside
_EDGE = 24.0
INSIDE = {"closed": "closed", "paused": "paused", "spared": "not used"}
MARKED = {"start": "{when}", "due": "due {when}", "now": "now, {when}", "stop": "ended {when}"}
_HOUR = timedelta(hours=1)
_A_WEEK = timedelta(days=6)


@dataclass(frozen=True)
class Piece:
    """A part of the bar. `kind`: counted, ahead (will count), spared (wasn't needed), late, closed,
    paused."""

    x: float
    width: float
    kind: str
    label: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Tick:
    """An instant on the bar. `kind`: start, due, now, stop; `anchor`: start, middle, end.

    `label`: what it is, with its day and hour in the reader's zone; empty where there is no room for it.
    """

    kind: str
    x: float
    at: datetime
    anchor: str
    label: str


@dataclass(frozen=True)
class Picture:
    """The whole bar, from 0 to 100."""

    pieces: tuple[Piece, ...]
    ticks: tuple[Tick, ...]

    @property
    def kinds(self) -> set[str]:
        """The kinds of pieces there are, for a legend that names no others."""
        return {piece.kind for piece in self.pieces}


@dataclass(frozen=True)
class Drawn:
    """A clock ready to be shown: its explanation, its bar, and the voice for what a page says around them."""

    each: Explanation
    picture: Picture
    say: Voice


def drawn(each: Explanation) -> Drawn:
    """An explanation with its bar."""
    return Drawn(each, picture_of(each), Voice(each.zone, each.language))


def picture_of(each: Explanation) -> Picture:
    """The bar of a clock, and the instants to mark on it, in the language of its reader."""
    say = Voice(each.zone, each.language)
    pieces = list(_placed(list(_parts(each)), say))
    return Picture(tuple(pieces), tuple(_ticks(each, pieces, say)))


@dataclass(frozen=True)
class _Part:
    start: datetime
    end: datetime
    kind: str
    counted: timedelta


def _parts(each: Explanation) -> Iterator[_Part]:
    for line in _unfolded(each.lines):
        for start, end in _cut(line, each):
            share = (end - start) / (line.end - line.start)
            yield _Part(start, end, _kind(line, each, start), line.counted * share)
    if each.standing == "breached" and each.due and each.due < each.as_of:
        yield _Part(each.due, each.as_of, "late", timedelta(0))
    if each.stop and each.due and each.stop < each.due and each.counted < each.target:
        yield _Part(each.stop, each.due, "spared", each.target - each.counted)


def _unfolded(lines: Sequence[Line]) -> Iterator[Line]:
    for line in lines:
        yield from line.inner or (line,)


def _cut(line: Line, each: Explanation) -> Iterator[tuple[datetime, datetime]]:
    """What has been counted and what is still ahead are two pieces."""
    if not each.is_ended and line.start < each.as_of < line.end and line.why is Why.COUNTED:
        yield line.start, each.as_of
        yield each.as_of, line.end
    else:
        yield line.start, line.end


def _kind(line: Line, each: Explanation, start: datetime) -> str:
    if line.why is Why.COUNTED:
        if line.late:
            return "late"
        return "ahead" if not each.is_ended and start >= each.as_of else "counted"
    return "paused" if line.why is Why.PAUSED else "closed"


def _placed(parts: list[_Part], say: Voice) -> Iterator[Piece]:
    """Each part gets its width; together they fill the bar."""
    weights = _weights(parts)
    whole, x = sum(weights), 0.0
    for part, weight in zip(parts, weights, strict=True):
        width = 100 * weight / whole
        label = _label(part, say) if width >= _WIDE_ENOUGH else ""
        yield Piece(round(x, 2), round(width, 2), part.kind, label, part.start, part.end)
        x += width


def _weights(parts: list[_Part]) -> list[float]:
    counted = sum((part.counted for part in parts), timedelta(0))
    logs = [0.0 if part.counted else log2(2 + (part.end - part.start) / _HOUR) for part in parts]
    uncounted = sum(1 for part in parts if not part.counted)
    for_uncounted = min(_UNCOUNTED_MOST, _UNCOUNTED_EACH * uncounted)
    weights = []
    for part, log in zip(parts, logs, strict=True):
        if part.counted:
            weights.append(max(_NARROWEST, (100 - for_uncounted) * (part.counted / counted)))
        elif part.kind == "late":
            weights.append(_AFTER)
        else:
            weights.append(for_uncounted * log / sum(logs))
    return weights


def _label(part: _Part, say: Voice) -> str:
    if part.counted and part.kind != "spared":
        return duration(part.counted)
    return say(INSIDE[part.kind]) if part.kind in INSIDE else ""


def _ticks(each: Explanation, pieces: list[Piece], say: Voice) -> Iterator[Tick]:
    if not pieces:
        return
    far = pieces[-1].end - pieces[0].start > _A_WEEK
    due = _place(each.due, pieces) if each.due else 100.0
    room = (
        due > _EDGE * 2 or each.due is None
    )  # for the start's label beside that of the due instant
    yield Tick(
        "start", 0.0, each.start, "start", _said("start", each.start, far, say) if room else ""
    )
    if each.due is not None:
        yield _tick("due", each.due, pieces, far, say)
    if each.stop is not None:
        yield _tick("stop", each.stop, pieces, far, say)
    elif pieces[0].start <= each.as_of <= pieces[-1].end:
        yield _tick("now", each.as_of, pieces, far, say)


def _tick(kind: str, at: datetime, pieces: list[Piece], far: bool, say: Voice) -> Tick:
    x = _place(at, pieces)
    anchor = "start" if x < _EDGE else "end" if x > 100 - _EDGE else "middle"
    return Tick(kind, x, at, anchor, _said(kind, at, far, say))


def _said(kind: str, at: datetime, far: bool, say: Voice) -> str:
    """“due Tue 9:50 am”, over more than a week “due Nov 24, 9:50 am”."""
    weekday, _, date = say.day(at).partition(", ")
    when = f"{date}, {say.hour(at)}" if far else f"{weekday} {say.hour(at)}"
    return say(MARKED[kind], when=when)


def _place(at: datetime, pieces: list[Piece]) -> float:
    """Where an instant lies; one after the end, at the end."""
    for piece in pieces:
        if at <= piece.end:
            share = (at - piece.start) / (piece.end - piece.start)
            return round(piece.x + piece.width * max(0.0, share), 2)
    return 100.0
