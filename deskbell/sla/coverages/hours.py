"""A day's hours as people write and read them: "08:00-12:00, 13:00-19:00", "closed", "24 hours"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from deskbell.lib.errors import Refused
from deskbell.sla.core.windows import DAYS

Windows = list[list[str]]

LONGEST = 200  # characters for one day
ALL_DAY: Windows = [["00:00", "24:00"]]
DAY_NAMES = dict(
    zip(
        DAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
_CLOSED = {"", "closed", "none", "off", "-", "–"}
_ALL_DAY = {"24 hours", "24 h", "24h", "24", "all day", "always", "24/7"}
_BETWEEN = re.compile(r"\s*(?:-|–|—|\bto\b|\buntil\b)\s*")
_APART = re.compile(r"\s*(?:,|;|\band\b|\n)\s*")
_BOUND = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap])?\.?(?:m\.?)?", re.ASCII)
_HINT = "Write the hours like 08:00-12:00, 13:00-19:00; closed; or 24 hours."


def read_hours(text: str, where: str) -> Windows:
    """A day's windows in the form of `sla.core.Coverage.weekly`; `where` names the day in a refusal.

    Takes 8, 8:00, 08:00 and 8 am. Whether they overlap is for the core to say.
    """
    plain = " ".join(text.split()).casefold()
    if len(plain) > LONGEST:
        raise Refused(f"{where}: that is too long. {_HINT}")
    if plain in _CLOSED:
        return []
    if plain in _ALL_DAY:
        return [list(window) for window in ALL_DAY]
    return [_read_window(part, where) for part in _APART.split(plain) if part]


def read_week(texts: Mapping[str, str]) -> dict[str, Windows]:
    """The windows of each weekday that has some, from one text a day."""
    read = {day: read_hours(texts.get(day, ""), name) for day, name in DAY_NAMES.items()}
    return {day: windows for day, windows in read.items() if windows}


def written(windows: Iterable[Sequence[str]]) -> str:
    """The windows as `read_hours` reads them: "08:00-12:00, 13:00-19:00"; "closed" if there are none."""
    return ", ".join(f"{start}-{end}" for start, end in windows) or "closed"


def in_words(windows: Sequence[Sequence[str]]) -> str:
    """For people: "8:00 am to 12:00 pm and 1:00 pm to 7:00 pm", "closed", "24 hours"."""
    if [list(window) for window in windows] == ALL_DAY:
        return "24 hours"
    said = [_window_in_words(start, end) for start, end in windows]
    return " and ".join(filter(None, [", ".join(said[:-1]), *said[-1:]])) or "closed"


def week_in_words(windows: Mapping[str, Sequence[Sequence[str]]]) -> list[tuple[str, str]]:
    """The week with like days together: [("Monday to Friday", "8:00 am to 7:00 pm"), ...]."""
    runs: list[tuple[str, str, str]] = []
    for day, name in DAY_NAMES.items():
        hours = in_words(windows.get(day, []))
        if runs and runs[-1][2] == hours:
            runs[-1] = (runs[-1][0], name, hours)
        else:
            runs.append((name, name, hours))
    return [
        (first if first == last else f"{first} to {last}", hours) for first, last, hours in runs
    ]


def days_in_words(first: date, last: date) -> str:
    """The span of two dates: "Nov 26, 2026", "Jun 15 to Aug 28, 2026", "Dec 21, 2026 to Jan 1, 2027"."""
    if first == last:
        return f"{first:%b} {first.day}, {first.year}"
    year = f", {first.year}" if first.year != last.year else ""
    return f"{first:%b} {first.day}{year} to {last:%b} {last.day}, {last.year}"


def _read_window(part: str, where: str) -> list[str]:
    bounds = _BETWEEN.split(part)
    if len(bounds) != 2:
        raise Refused(f"{where}: “{part}” is no span of hours. {_HINT}")
    return [_read_bound(bound, where) for bound in bounds]


def _read_bound(text: str, where: str) -> str:
    if text in {"noon", "midnight"}:
        return "12:00" if text == "noon" else "24:00"
    match = _BOUND.fullmatch(text)
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    if match and match[3] and 1 <= hour <= 12:
        hour = hour % 12 + 12 * (match[3] == "p")
    elif match and match[3]:
        hour = 99
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise Refused(f"{where}: “{text}” is no time of day. {_HINT}")
    return f"{hour:02}:{minute:02}"


def _window_in_words(start: str, end: str) -> str:
    if end == "24:00":
        return f"{_clock(start)} to midnight"
    over = " the next day" if end <= start else ""
    return f"{_clock(start)} {'until' if over else 'to'} {_clock(end)}{over}"


def _clock(bound: str) -> str:
    hour = int(bound[:2])
    return f"{hour % 12 or 12}:{bound[3:]} {'am' if hour < 12 or hour == 24 else 'pm'}"
