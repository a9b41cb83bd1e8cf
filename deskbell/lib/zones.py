"""Time zones as people name them: checked where they come in, shown with their name."""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

from deskbell.lib.errors import Refused


def checked_zone(name: str) -> str:
    """The name itself if it is an IANA zone; refused otherwise, with an example."""
    if name not in available_timezones() or "/" not in name:
        raise Refused(f"“{name}” is no time zone: write it like America/New_York.")
    return name


def zone(name: str) -> ZoneInfo:
    """The zone of a name that was checked when it came in."""
    return ZoneInfo(name)
