"""Quiet hours: by an agent's own wall clock no device speaks. What happens then stands in the desk."""

from __future__ import annotations

from datetime import datetime, time

from deskbell.lib.errors import Refused
from deskbell.lib.zones import zone

Hours = tuple[time, time]
NOT_HOURS = "Write both quiet hours, like 20:00 and 07:00, or leave both empty."


def read(begins: str, ends: str) -> Hours | None:
    """What was entered; None for no quiet hours. Raises Refused."""
    if not begins.strip() and not ends.strip():
        return None
    try:
        hours = time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip())
    except ValueError:
        raise Refused(NOT_HOURS) from None
    if hours[0] == hours[1] or any(each.tzinfo for each in hours):
        raise Refused(NOT_HOURS)
    return hours


def is_quiet(hours: Hours | None, now: datetime, zone_name: str) -> bool:
    """Does this instant lie in them, by the clock of that zone? They may go over midnight."""
    if hours is None:
        return False
    (begins, ends), here = hours, now.astimezone(zone(zone_name)).time()
    return begins <= here < ends if begins < ends else here >= begins or here < ends
