"""A rota as people and programs write it down in JSON, read with a sentence for each mistake (S1).

    {"zone": "America/New_York",
     "layers": [{"people": ["ana", "ben"], "handoff": "2026-03-06T09:00", "every": [1, "weeks"],
                 "restrictions": [{"days": ["mon"], "from": "22:00", "to": "06:00"}],
                 "start": "2026-03-06T09:00", "end": null}],
     "overrides": [{"from": "2026-03-10T09:00", "to": "2026-03-10T17:00Z",
                    "kind": "replace", "person": "ana", "by": "ben"}],
     "temporary": [{"from": "2026-12-24", "to": "2026-12-27", "people": ["eve"]}]}

A layer may list {"shifts": [{"from", "to", "people"}]} instead of turns. Only the zone is needed. Layers
stand from the lowest to the highest. A time without an offset is one of the zone's wall clock: a start
takes the first of two, an end the last (T2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from reprlib import Repr
from typing import Any
from zoneinfo import ZoneInfo

from deskbell.oncall.rota.schedule import (
    DAYS,
    UNITS,
    BadSchedule,
    Layer,
    Override,
    People,
    Restriction,
    Shift,
    Temporary,
)
from deskbell.sla.core import wall
from deskbell.sla.core.errors import BadZone

DAY = 86_400
YEARS = range(1900, 2200)  # of which the zone data and the calendar can speak
_BOUND = re.compile(r"(?:(\d|[01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?|(24):(00)(?::00)?)")
_SOME_TIME = datetime(2000, 1, 1)  # noqa: DTZ001 - a wall-clock time


def parts(document: Any) -> dict[str, Any]:
    """The parts of a `Schedule`, by name. Raises BadSchedule."""
    document = _mapping(document, "A rota")
    try:
        zone = wall.zone(document.get("zone", ""))
    except BadZone as error:
        raise BadSchedule(str(error)) from None
    return {
        "zone": zone,
        "layers": tuple(_layer(each, zone) for each in _list(document, "layers")),
        "overrides": tuple(_override(each, zone) for each in _list(document, "overrides")),
        "temporary": tuple(_temporary(each, zone) for each in _list(document, "temporary")),
    }


def restriction(days: Sequence[str], start: str, end: str) -> Restriction:
    """Hours as people write them: `restriction(["mon"], "22:00", "06:00")`. From a time to the same
    time is a whole day. Raises BadSchedule."""
    first, last = _seconds(start), _seconds(end)
    names = tuple(_weekday(day) for day in days)
    return Restriction(names, first, last if last > first else last + DAY)


def instant(text: Any, name: str, zone: ZoneInfo, *, ends: bool = False) -> datetime:
    """The instant of a written time. One without an offset is by the wall clock of the zone, and an
    end is then the last of two (T2). Raises BadSchedule, which names it."""
    found = _time(text, name)
    if found.tzinfo is not None:
        return found
    return wall.last(zone, found) if ends else wall.first(zone, found)


def _layer(written: Any, zone: ZoneInfo) -> Layer:
    written = _mapping(written, "A layer")
    people = tuple(_place(each) for each in _list(written, "people"))
    every, unit = _every(written.get("every"))
    return Layer(
        people=people,
        handoff=_handoff(written, zone, people),
        every=every,
        unit=unit,
        restrictions=tuple(_restriction(each) for each in _list(written, "restrictions")),
        start=_time(written["start"], "start") if written.get("start") else None,
        end=_time(written["end"], "end") if written.get("end") else None,
        shifts=tuple(_shift(each, zone) for each in _list(written, "shifts")),
    )


def _place(written: Any) -> People:
    """One entry of the order: a name, a list of names, or nobody."""
    if isinstance(written, list):
        return tuple(dict.fromkeys(name for each in written for name in _place(each)))
    if written is None or written == "":
        return ()
    return (_name(written),)


def _every(written: Any) -> tuple[int, str]:
    match written:
        case None:
            return 1, "weeks"
        case [int(every), str(unit)] if not isinstance(every, bool):
            unit = unit.lower()
            return every, f"{unit}s" if f"{unit}s" in UNITS else unit
    raise BadSchedule(f"every is {_said(written)}: write it like [1, 'weeks'].")


def _handoff(written: Mapping[str, Any], zone: ZoneInfo, people: tuple[People, ...]) -> datetime:
    """The first handoff by the wall clock. Without one, turns begin where the layer does; of someone
    alone it doesn't matter when."""
    text = written.get("handoff") or written.get("start")
    if not text and len(people) < 2:
        return _SOME_TIME
    found = _time(text, "handoff")
    return found.astimezone(zone).replace(tzinfo=None) if found.tzinfo else found


def _restriction(written: Any) -> Restriction:
    written = _mapping(written, "A restriction")
    days = _list(written, "days") or DAYS
    return restriction(days, written.get("from") or "00:00", written.get("to") or "24:00")


def _override(written: Any, zone: ZoneInfo) -> Override:
    written = _mapping(written, "An override")
    kind = str(written.get("kind") or "replace")
    person, by = (_name(written.get(each) or "") for each in ("person", "by"))
    if kind != "replace":
        person, by = person or by, ""
    start, end = _span(written, zone)
    return Override(start, end, kind, person, by)


def _temporary(written: Any, zone: ZoneInfo) -> Temporary:
    written = _mapping(written, "A temporary schedule")
    return Temporary(*_span(written, zone), _place(_list(written, "people")))


def _shift(written: Any, zone: ZoneInfo) -> Shift:
    written = _mapping(written, "A shift")
    return Shift(*_span(written, zone), _place(_list(written, "people")))


def _span(written: Mapping[str, Any], zone: ZoneInfo) -> tuple[datetime, datetime]:
    start = instant(written.get("from"), "from", zone)
    return start, instant(written.get("to"), "to", zone, ends=True)


def _time(text: Any, name: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise BadSchedule(f"{name} is {_said(text)}: write a time like 2026-03-06T09:00.") from None
    if found.year not in YEARS:
        raise BadSchedule(f"{name} is in the year {found.year}: write one from 1900 to 2199.")
    return found


def _weekday(written: Any) -> str:
    name = str(written).lower()
    name = _WEEKDAYS.get(name, name)
    if name not in DAYS:
        raise BadSchedule(f"{_said(written)} is no weekday: write {', '.join(DAYS)}.")
    return name


def _seconds(text: Any) -> int:
    match = _BOUND.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise BadSchedule(f"{_said(text)} is no time of day: write HH:MM, 00:00 to 24:00.")
    hours, minutes, *seconds = (int(part) for part in match.groups() if part is not None)
    return hours * 3600 + minutes * 60 + sum(seconds)


def _name(written: Any) -> str:
    if not isinstance(written, str | int) or isinstance(written, bool):
        raise BadSchedule(f"{_said(written)} is no person: write a name.")
    return str(written)


def _list(written: Mapping[str, Any], name: str) -> list[Any]:
    found = written.get(name)
    if found is None:
        return []
    if not isinstance(found, list | tuple):
        raise BadSchedule(f"{name} is {_said(found)}: write a list.")
    return list(found)


def _mapping(written: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(written, Mapping):
        raise BadSchedule(f"{what} is written as an object with names, not as {_said(written)}.")
    return written


_WEEKDAYS = dict(
    zip("monday tuesday wednesday thursday friday saturday sunday".split(), DAYS, strict=True)
)
_short = Repr()
_short.maxstring = _short.maxother = 60
_said = _short.repr
