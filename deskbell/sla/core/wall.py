"""Wall-clock times become instants, and names become zones (T2, T4).

The one function for promises and rotas alike, so that they cannot drift apart.
"""

from __future__ import annotations

import struct
import zoneinfo
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import cache
from importlib import resources
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from deskbell.sla.core.errors import BadZone, said
from deskbell.sla.core.instants import EPOCH, SECOND, moment

_WALL_EPOCH = EPOCH.replace(tzinfo=None)
_MICROSECOND = timedelta(microseconds=1)


def first(zone: ZoneInfo, wall: datetime) -> datetime:
    """The instant (aware, UTC) of a naive wall-clock time: the first of two, for starts and
    handoffs (T2). A time that does not exist becomes the end of the gap."""
    return moment(first_micros(zone, _naive(wall)))


def last(zone: ZoneInfo, wall: datetime) -> datetime:
    """The instant (aware, UTC) of a naive wall-clock time: the last of two, for ends of windows,
    restrictions and overrides (T2). A time that does not exist becomes the end of the gap."""
    return moment(last_micros(zone, _naive(wall)))


def first_micros(zone: ZoneInfo, wall: datetime) -> int:
    """`first` in microseconds since 1970 UTC; `wall` must be naive."""
    before, after = _offsets(zone, wall)
    if before < after:
        return _end_of_gap(zone, wall, before, after)
    return (wall - _WALL_EPOCH - before) // _MICROSECOND


def last_micros(zone: ZoneInfo, wall: datetime) -> int:
    """`last` in microseconds since 1970 UTC; `wall` must be naive."""
    before, after = _offsets(zone, wall)
    if before < after:
        return _end_of_gap(zone, wall, before, after)
    return (wall - _WALL_EPOCH - after) // _MICROSECOND


def zone(name: str | ZoneInfo) -> ZoneInfo:
    """The IANA zone of that name; a zone that is given stays as it is, if its name is good.

    Unknown names and deprecated aliases are `BadZone`; the message gives the modern name (T4).
    """
    given, name = (name, name.key) if isinstance(name, ZoneInfo) else (None, name)
    modern, aliases = _names()
    if isinstance(name, str) and name in modern:
        return given or ZoneInfo(name)
    if isinstance(name, str) and name in aliases:
        raise BadZone(f"Time zone {said(name)} is deprecated: write {aliases[name]!r}.")
    near = _nearest(str(name), modern)
    hint = f"; did you mean {near!r}?" if near else ", such as 'America/New_York'."
    raise BadZone(f"Time zone {said(name)} is unknown: write an IANA name{hint}")


def tzif(name: str) -> bytes:
    """The compiled data (TZif) that `zone(name)` goes by: the machine's, or else that of the
    package `tzdata`. To be kept with a policy version, which new zone data must not move (K9)."""
    zone(name)
    for folder in zoneinfo.TZPATH:
        found = Path(folder, *name.split("/"))
        if found.is_file():
            return found.read_bytes()
    return (resources.files("tzdata") / "zoneinfo").joinpath(*name.split("/")).read_bytes()


def frozen(name: str, tzif: bytes) -> ZoneInfo:
    """The zone of that name by data that was kept (K9). A name that has been deprecated since is
    accepted, for it was good when the data was kept; data that cannot be read is `BadZone`."""
    try:
        kept = ZoneInfo.from_file(BytesIO(tzif), key=name)
    except (ValueError, IndexError, EOFError, struct.error):
        raise BadZone(
            f"The kept data of time zone {said(name)} cannot be read: keep that of tzif() anew."
        ) from None
    return known(kept)


def known(name: str | ZoneInfo) -> ZoneInfo:
    """As `zone`, but a zone that is given may have a name that was deprecated since (K9)."""
    if isinstance(name, ZoneInfo) and name.key in _names()[1]:
        return name
    return zone(name)


def _naive(wall: datetime) -> datetime:
    if wall.tzinfo is not None:
        raise ValueError(f"wall is a wall-clock time and must be naive, not {wall.isoformat()}.")
    return wall.replace(fold=0)


def _offsets(zone: ZoneInfo, wall: datetime) -> tuple[timedelta, timedelta]:
    before, after = zone.utcoffset(wall), zone.utcoffset(wall.replace(fold=1))
    assert before is not None and after is not None
    return before, after


def _end_of_gap(zone: ZoneInfo, wall: datetime, before: timedelta, after: timedelta) -> int:
    """The instant of the change, found between the two readings of a time that does not exist."""
    early = (wall - _WALL_EPOCH - after) // _MICROSECOND // SECOND
    late = -((_WALL_EPOCH + before - wall) // _MICROSECOND // SECOND)
    while late - early > 1:
        middle = (early + late) // 2
        if moment(middle * SECOND).astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late * SECOND


def _nearest(name: str, modern: frozenset[str]) -> str | None:
    by_fold = {each.casefold(): each for each in modern}
    if len(name) > _LONGEST:
        return None
    wanted = name.strip().casefold().replace(" ", "_")
    close = get_close_matches(wanted, by_fold, n=1, cutoff=0.75)
    return by_fold[close[0]] if close else None


# Links of the zone data that lead to a zone of another country, or that are zones only for
# compatibility: what the writer meant.
_MEANT = {
    "EST": "America/New_York",  # what people call Eastern time, which observes daylight saving (P5)
    "EST5EDT": "America/New_York",
    "CST6CDT": "America/Chicago",
    "MST7MDT": "America/Denver",
    "PST8PDT": "America/Los_Angeles",
    "Iceland": "Atlantic/Reykjavik",
    "Africa/Asmera": "Africa/Asmara",
    "America/Virgin": "America/St_Thomas",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
}
_LONGEST = 64  # letters; the names themselves have at most 32
_SHORT = frozenset({"UTC", "GMT"})


@cache
def _names() -> tuple[frozenset[str], dict[str, str]]:
    """The names in use, and each deprecated alias with its modern name, from the zone data.

    In use are the zones of `zone.tab` (one per country and region, also where the data itself is
    a link) and those that are not tied to a place.
    """
    data = resources.files("tzdata") / "zoneinfo"
    in_use = set(_SHORT)
    for table in ("zone.tab", "zone1970.tab"):
        rows = (data / table).read_text(encoding="utf-8").splitlines()
        in_use |= {row.split("\t")[2] for row in rows if row and not row.startswith("#")}
    rows = (data / "tzdata.zi").read_text(encoding="utf-8").splitlines()
    in_use |= {row.split()[1] for row in rows if row.startswith("Z Etc/")}
    links = [row.split()[1:] for row in rows if row.startswith("L ")]
    aliases = {alias: target for target, alias in links if alias not in in_use}
    return frozenset(in_use), aliases | _MEANT
