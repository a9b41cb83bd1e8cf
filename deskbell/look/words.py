"""Words for people: instants in the reader's zone, time that is left, plain text as safe HTML.

`static/look/times.js` says the same in the browser, where "3 min ago" has to go on counting.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from deskbell.lib import clock

# What people call their zone; everyone else hears the city.
ZONE_NAMES = {
    "America/New_York": "Eastern",
    "America/Detroit": "Eastern",
    "America/Indiana/Indianapolis": "Eastern",
    "America/Kentucky/Louisville": "Eastern",
    "America/Chicago": "Central",
    "America/Indiana/Knox": "Central",
    "America/Menominee": "Central",
    "America/Denver": "Mountain",
    "America/Boise": "Mountain",
    "America/Phoenix": "Arizona",
    "America/Los_Angeles": "Pacific",
    "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
    "America/Puerto_Rico": "Puerto Rico",
}
# Ends at a character that no address ends with, so a full stop after it stays outside.
_LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")


def moment(instant: datetime, zone: str) -> str:
    """An instant by a zone's wall clock, with the zone named: "Mon, Nov 30, 12:00 pm Eastern".

    The year is said when it isn't the present one there.
    """
    return f"{day(instant, zone)}, {hour(instant, zone)} {zone_name(zone)}"


def day(instant: datetime, zone: str) -> str:
    """The day of an instant in a zone: "Mon, Nov 30", with the year if it isn't the present one."""
    here = instant.astimezone(ZoneInfo(zone))
    year = "" if here.year == clock.now().astimezone(ZoneInfo(zone)).year else f", {here.year}"
    return f"{here:%a}, {here:%b} {here.day}{year}"


def hour(instant: datetime, zone: str) -> str:
    """The time of day of an instant in a zone: "12:00 pm"."""
    here = instant.astimezone(ZoneInfo(zone))
    return f"{here.hour % 12 or 12}:{here:%M} {'am' if here.hour < 12 else 'pm'}"


def stretch(start: datetime, end: datetime, zone: str) -> str:
    """A span in a zone: "Mon, Nov 30, 8:00 am to 7:00 pm"; the second day only if it is another."""
    last = "" if day(start, zone) == day(end, zone) else f"{day(end, zone)}, "
    return f"{day(start, zone)}, {hour(start, zone)} to {last}{hour(end, zone)}"


def zone_name(zone: str) -> str:
    """What people call the zone: "Eastern", or "Berlin time"."""
    return ZONE_NAMES.get(zone) or f"{zone.rpartition('/')[2].replace('_', ' ')} time"


def ago(instant: datetime) -> str:
    """How long ago, roughly: "just now", "3 min ago", "2 h ago", "5 d ago"."""
    minutes = int((clock.now() - instant) / timedelta(minutes=1))
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 24 * 60 else f"{minutes // (24 * 60)} d ago"


def time_left(due: datetime) -> str:
    """The time until an instant, or how late it is: "2h 05m left", "12m late"."""
    left = int((due - clock.now()).total_seconds())
    return f"{_span(left)} left" if left >= 0 else f"{_span(-left)} late"


def duration(amount: timedelta) -> str:
    """A duration in hours and minutes, never in days: "15 min", "4 h", "1 h 30 min"."""
    hours, minutes = divmod(round(amount.total_seconds() / 60), 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return " ".join(parts) or "0 min"


def amount(time: timedelta) -> str:
    """A duration to the second, never in days: "11 h", "9 min 37 s", "0 s"."""
    minutes, seconds = divmod(round(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (seconds, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


def size(count: int) -> str:
    """A file's size: "812 bytes", "14 KB", "2.3 MB"."""
    if count < 1024:
        return f"{count} bytes"
    if count < 1024 * 1024:
        return f"{count // 1024} KB"
    return f"{count / 1024 / 1024:.1f} MB"


def initials(name: str) -> str:
    """The letters that stand for a person: the first of the first and of the last word."""
    words = [word for word in re.split(r"[\s@.]+", name) if word]
    return "".join(word[0] for word in dict.fromkeys([*words[:1], *words[-1:]])).upper() or "?"


def to_html(text: str) -> Markup:
    """Plain text as HTML: everything escaped, addresses of pages made links, lines kept by CSS."""
    parts, end = [], 0
    for link in _LINK.finditer(text):
        parts += [escape(text[end : link.start()]), _anchor(link.group())]
        end = link.end()
    return Markup("").join([*parts, escape(text[end:])])


def _anchor(address: str) -> Markup:
    return Markup(
        '<a href="{0}" rel="noopener noreferrer nofollow" target="_blank">{0}</a>'
    ).format(address)


def _span(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days:
        return f"{days}d {hour:02}h"
    if hours:
        return f"{hours}h {minute:02}m"
    return f"{minute}m" if minute >= 10 else f"{minute}m {second:02}s"


FILTERS: dict[str, Callable[..., Any]] = {
    "moment": moment,
    "day": day,
    "hour": hour,
    "stretch": stretch,
    "amount": amount,
    "zone_name": zone_name,
    "ago": ago,
    "time_left": time_left,
    "duration": duration,
    "size": size,
    "initials": initials,
    "to_html": to_html,
}
