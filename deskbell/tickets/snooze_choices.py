"""Until when a ticket is put off: the choices, by the clock of the one who chooses."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from deskbell.lib.errors import Refused
from deskbell.tickets.finding.filters import Asker

MORNING = time(8)
CHOICES = (
    ("1h", "For an hour"),
    ("4h", "For four hours"),
    ("tomorrow", "Until tomorrow, 8:00"),
    ("monday", "Until Monday, 8:00"),
    ("answer", "Until the customer answers"),
)


def until(choice: str, asker: Asker) -> str:
    """The instant of a choice, or of a local time as a form sends it, in ISO 8601; empty: until an answer."""
    here = asker.now.astimezone(ZoneInfo(asker.zone))
    if choice == "answer":
        return ""
    if choice in {"1h", "4h"}:
        return (asker.now + timedelta(hours=int(choice[0]))).isoformat()
    if choice in {"tomorrow", "monday"}:
        days = 1 if choice == "tomorrow" else 7 - here.weekday()
        return datetime.combine(
            here.date() + timedelta(days=days), MORNING, here.tzinfo
        ).isoformat()
    try:
        chosen = datetime.fromisoformat(choice)
    except ValueError:
        raise Refused("Choose until when.") from None
    return (chosen if chosen.tzinfo else chosen.replace(tzinfo=here.tzinfo)).isoformat()
