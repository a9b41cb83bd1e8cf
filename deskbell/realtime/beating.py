"""The beats of loops: one cheap row each, so that a loop that hangs is seen from outside (E8)."""

from __future__ import annotations

import time

from django.db import connection

from deskbell.realtime.beats import BEAT, EVERY, WITHIN

_last: dict[str, float] = {}  # of this process


def beat(name: str, *, within: float = WITHIN) -> None:
    """Say that `name` has come round; written at most every quarter of a minute."""
    if is_due(name):
        with connection.cursor() as cursor:
            cursor.execute(BEAT, [name, within])
        note(name)


def is_due(name: str) -> bool:
    """Has a quarter of a minute passed since the last beat of this process?"""
    return time.monotonic() - _last.get(name, float("-inf")) >= EVERY


def note(name: str) -> None:
    """The beat was written."""
    _last[name] = time.monotonic()
