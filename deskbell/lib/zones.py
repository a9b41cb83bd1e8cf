"""Time zones as people name them: checked where they come in, shown with their name."""

from __future__ import annotations

from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from deskbell.lib.errors import Refused


def checked_zone(name: str) -> str:
    """The name itself if it is an IANA zone of today; refused otherwise, with the name to write (T4)."""
    if name in zones_in_use():
        return name
    if "/" in name and (modern := _modern_names().get(name)):
        raise Refused(f"The time zone “{name}” is deprecated: write {modern}.")
    raise Refused(f"“{name}” is no time zone: write it like America/New_York.")


@cache
def zones_in_use() -> frozenset[str]:
    """The zones of places, without deprecated names."""
    rows = _data("zone.tab").splitlines()
    return frozenset(row.split("\t")[2] for row in rows if row and not row.startswith("#"))


def zone(name: str) -> ZoneInfo:
    """The zone of a name that was checked when it came in."""
    return ZoneInfo(name)


@cache
def _modern_names() -> dict[str, str]:
    links = (row.split() for row in _data("tzdata.zi").splitlines() if row.startswith("L "))
    return {alias: target for _, target, alias in links}


def _data(name: str) -> str:
    return (resources.files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
