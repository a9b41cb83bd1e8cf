"""Reading a stranger's calendar at arm's length: in a child process that may be lost."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from typing import Any

from deskbell.lib.errors import Refused
from deskbell.sla.ical.reading import Event

LARGEST = 2 * 1024 * 1024  # bytes
PATIENCE = 30  # seconds, on a machine that is busy with other things

UNREADABLE = (
    "This calendar can’t be read: it is damaged, has too many events or repeats them without end. "
    "Export one school year of it."
)


def read_calendar(content: bytes, zone: str, first: date, last: date) -> list[Event]:
    """The events of an iCal file from first to last, by the clock of `zone`; else `Refused`."""
    if not content.strip():
        raise Refused("Choose a calendar file, or paste what is in it.")
    if len(content) > LARGEST:
        raise Refused("This file is larger than 2 MB: export one school year of the calendar.")
    told = _ask(content, zone, first, last)
    if "refused" in told:
        raise Refused(told["refused"])
    return [
        Event(date.fromisoformat(first), date.fromisoformat(last), name, starts, ends)
        for first, last, name, starts, ends in told["events"]
    ]


def _ask(content: bytes, zone: str, first: date, last: date) -> dict[str, Any]:
    command = [sys.executable, "-I", "-m", "deskbell.sla.ical.child", zone, str(first), str(last)]
    try:
        answer = subprocess.run(
            command, input=content, capture_output=True, timeout=PATIENCE, check=True
        )
        told: dict[str, Any] = json.loads(answer.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise Refused(UNREADABLE) from None
    return told
