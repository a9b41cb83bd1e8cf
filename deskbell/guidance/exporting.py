"""Onboardings as a table for a spreadsheet: a line for each step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from deskbell.guidance.models import Side, Step
from deskbell.guidance.progress import Progress
from deskbell.lib.tables import csv_lines

Say = Callable[[str], str]
COLUMNS = ("District", "Step", "Whose it is", "Owner", "Due", "State", "Done on", "Done by", "Note")
STATES = ("Done", "Late", "To do")


def lines(found: Iterable[Progress], t: Say = str, language: str = "en") -> Iterator[str]:
    """The table line by line, in the words of `t`; days are those of each district."""
    rows = (_cells(each, step, t, language) for each in found for step in each.steps)
    return csv_lines([t(column) for column in COLUMNS], rows)


def _cells(progress: Progress, step: Step, t: Say, language: str) -> list[str]:
    done, late, to_do = STATES
    open_state = late if progress.is_late(step) else to_do
    district = progress.onboarding.district
    return [
        district.name,
        step.title_in(language),
        t(Side(step.side).label),
        str(step.owner or ""),
        f"{step.due_on:%Y-%m-%d}",
        t(done if step.is_done else open_state),
        _day(step.done_at, district.zone),
        str(step.done_by or ""),
        step.note,
    ]


def _day(instant: datetime | None, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d}" if instant else ""
