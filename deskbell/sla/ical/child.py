"""`python -m deskbell.sla.ical.child ZONE FIRST LAST`: reads a calendar from stdin, tells its events.

A process of its own with little time and memory: a file made to exhaust either takes only this along.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import Any

from deskbell.sla.ical.reading import Unreadable, read

SECONDS, BYTES = 6, 512 * 1024 * 1024


def main() -> None:
    """Answer `{"events": [[first, last, name, starts, ends], ...]}` or `{"refused": "a sentence"}`."""
    _limit()
    zone, first, last = sys.argv[1:]
    told: dict[str, Any]
    try:
        events = read(
            sys.stdin.buffer.read(), zone, date.fromisoformat(first), date.fromisoformat(last)
        )
        told = {"events": [[str(e.first), str(e.last), e.name, e.starts, e.ends] for e in events]}
    except Unreadable as error:
        told = {"refused": str(error)}
    json.dump(told, sys.stdout)


def _limit() -> None:
    try:
        import resource  # noqa: PLC0415 there is none on Windows; the parent's patience remains
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
