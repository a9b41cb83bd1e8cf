"""Working days, by the calendar of a district: its own coverage, else the hours of the desk.

A day is a working day if the coverage opens on it, so holidays and closures count as they do for promises.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from deskbell.guidance.models import Anchor, Onboarding
from deskbell.lib.errors import Refused
from deskbell.people.models import District
from deskbell.sla.core import Coverage
from deskbell.sla.freezing import PARTS, document_of
from deskbell.sla.models import Coverage as EditedCoverage
from deskbell.sla.policies import current_version, policy_of

HOURS_OF_THE_DESK = "business_hours"
MOST_DAYS = 250  # from an anchor: a year of work
_AT_ONCE = 90  # days that are asked for together
_FARTHEST = timedelta(days=3 * 366)  # from the anchor; holidays are known for five years


def calendar_of(district: District) -> Coverage:
    """The coverage by which the district's working days count. Two to five queries."""
    own = EditedCoverage.objects.filter(district=district).prefetch_related(*PARTS)
    desk = EditedCoverage.objects.filter(key=HOURS_OF_THE_DESK).prefetch_related(*PARTS)
    found = own.order_by("-pk").first() or desk.first()
    if found:
        return Coverage.from_document(document_of(found))
    coverages = policy_of(current_version(district)).coverages
    return coverages.get(HOURS_OF_THE_DESK) or next(iter(coverages.values()))


def is_working(calendar: Coverage, day: date) -> bool:
    """Does the calendar open on this day?"""
    return bool(calendar.days(day, day)[0].windows)


def working_day(calendar: Coverage, anchor: date, days: int) -> date:
    """The day that lies so many working days after the anchor, before it if negative; 0 is the anchor
    itself. Refused if the calendar has too few."""
    if days == 0:
        return anchor
    direction = 1 if days > 0 else -1
    for count, day in enumerate(_working_days(calendar, anchor, direction), start=1):
        if count == abs(days):
            return day
    raise Refused(f"The calendar {calendar} has too few working days around {anchor:%F}.")


def distance(calendar: Coverage, anchor: date, day: date) -> int:
    """How many working days a working day lies after the anchor; negative before it."""
    first, last = min(anchor, day), max(anchor, day)
    between = [each for each in calendar.days(first, last) if each.windows and each.date != anchor]
    return len(between) if day > anchor else -len(between)


def due_on(calendar: Coverage, onboarding: Onboarding, anchor: str, days: int) -> date:
    """The day of a step; what would lie before the start is due with it."""
    start = onboarding.starts_on
    of = onboarding.goes_live_on if anchor == Anchor.GO_LIVE else start
    return max(working_day(calendar, of, days), start)


def _working_days(calendar: Coverage, anchor: date, direction: int) -> Iterator[date]:
    """Those after the anchor, or those before it, the nearest first."""
    one, step = timedelta(days=direction), timedelta(days=direction * (_AT_ONCE - 1))
    near = anchor + one
    while abs(near - anchor) < _FARTHEST:
        far = near + step
        found = calendar.days(min(near, far), max(near, far))
        yield from (each.date for each in found[::direction] if each.windows)
        near = far + one
