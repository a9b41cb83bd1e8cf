"""What people type into the forms of a coverage: one line of text, a date, a span of dates."""

from __future__ import annotations

from datetime import date

from deskbell.lib.errors import Refused

LONGEST_SPAN = 400  # days; a school's summer has some eighty
FIRST, LAST = date(2000, 1, 1), date(2150, 12, 31)


def one_line(text: str, limit: int) -> str:
    """The text without line ends and control characters, cut at the limit."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split())[:limit]


def needed(text: str, limit: int, what: str) -> str:
    """The same, where an empty answer is refused: `what` says what to write."""
    line = one_line(text, limit)
    if not line:
        raise Refused(what)
    return line


def read_date(text: str, what: str) -> date:
    """A date as browsers send it, 2026-11-26."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Refused(
            f"{what}: “{one_line(text, 40)}” is no date. Write it as 2026-11-26."
        ) from None
    if not FIRST <= day <= LAST:
        raise Refused(f"{what}: choose a date from {FIRST.year} to {LAST.year}.")
    return day


def read_span(first: str, last: str) -> tuple[date, date]:
    """Two dates in their order; without the second one it is a single day."""
    one = read_date(first, "The first day")
    other = read_date(last, "The last day") if last.strip() else one
    if other < one:
        raise Refused("The last day comes before the first: exchange the two dates.")
    if (other - one).days >= LONGEST_SPAN:
        raise Refused(f"That is more than {LONGEST_SPAN} days: change the weekly hours instead.")
    return one, other
