"""What a coverage refuses when it is made (C1, C5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from deskbell.sla.core import BadCoverage, Coverage

HOUR = timedelta(hours=1)
undated: dict[Any, Any] = {"2026-11-26": []}
AM, NIGHT = ("08:00", "12:00"), ("05:00", "08:00")


def week(dated: dict[int, Any] | None = None, /, **windows: Any) -> Coverage:
    november = {date(2026, 11, day): value for day, value in (dated or {}).items()}
    return Coverage.weekly("UTC", windows, november)


REFUSED: list[tuple[str, Callable[[], object]]] = [
    ("overlap: mon 08:00 to 12:00 and mon 11:00", lambda: week(mon=[("11:00", "13:00"), AM])),
    ("overlap: mon 22:00 to 06:00 and tue", lambda: week(mon=[("22:00", "06:00")], tue=[NIGHT])),
    ("overlap: sun 22:00 to 06:00 and mon", lambda: week(sun=[("22:00", "06:00")], mon=[NIGHT])),
    ("overlap: 2026-11-25 22:00", lambda: week({26: [NIGHT]}, wed=[("22:00", "06:00")])),
    ("overlap: 2026-11-25 22:00", lambda: week({25: [("22:00", "06:00")]}, thu=[NIGHT])),
    ("never opens", lambda: week()),
    ("never opens", lambda: week({26: []}, mon=[])),
    ("no length", lambda: week(mon=[("08:00", "08:00")])),
    ("HH:MM", lambda: week(mon=[("8:00", "09:00")])),
    ("HH:MM", lambda: week(mon=[("08:00", "24:01")])),
    ("HH:MM", lambda: week(mon=[("08:00", 9)])),
    ("cannot start at 24:00", lambda: week(mon=[("24:00", "09:00")])),
    ("not a window", lambda: week(mon=["08:00"])),
    ("not a list", lambda: week(mon="08:00")),
    ("not a weekday", lambda: week(monday=[AM])),
    ("not a date", lambda: Coverage.weekly("UTC", {"mon": [AM]}, undated)),
]


@pytest.mark.parametrize(("sentence", "make"), REFUSED)
def test_c1_c5_what_cannot_be_kept_is_refused_when_it_is_made(
    sentence: str, make: Callable[[], object]
) -> None:
    with pytest.raises(BadCoverage, match=sentence):
        make()


def test_touching_windows_are_no_overlap() -> None:
    touching = week(
        mon=[AM, ("12:00", "19:00")], tue=[("00:00", "24:00")], wed=[("00:00", "01:00")]
    )
    monday = datetime(2026, 11, 2, tzinfo=UTC)
    assert touching.intervals(monday, monday + timedelta(days=7)) == [
        (monday + 8 * HOUR, monday + 19 * HOUR),
        (monday + 24 * HOUR, monday + 49 * HOUR),
    ]
