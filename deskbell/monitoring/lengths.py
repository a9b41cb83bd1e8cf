"""Lengths of time as people write them on forms: “5 min”, “1 h”, “1 d”."""

from __future__ import annotations

import re

from deskbell.lib.errors import Refused

UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
LEAST, MOST = 10, 366 * 86400  # seconds
_LENGTH = re.compile(r"(\d{1,6})\s*(s|min|h|d)")


def read_length(text: str, what: str) -> int:
    """Seconds of a length as people write it: “5 min”, “1 h”, “90 s”, “1 d”."""
    match = _LENGTH.fullmatch(text.strip())
    seconds = int(match[1]) * UNITS[match[2]] if match else 0
    if not LEAST <= seconds <= MOST:
        raise Refused(
            f"“{text}” is no {what}: write a length from 10 s to 366 d, like 5 min, 1 h or 1 d."
        )
    return seconds


def written(seconds: int) -> str:
    """A length as `read_length` reads it, in the largest unit that fits."""
    for unit, size in reversed(UNITS.items()):
        if seconds % size == 0 and seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
