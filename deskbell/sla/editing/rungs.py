"""The ladder as it is edited: one row for the warning, one for the breach, and those after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.datastructures import MultiValueDict

from deskbell.lib.errors import Refused
from deskbell.lib.numbers import whole
from deskbell.sla.ladder import BREACH, WARNING, WHO, checked

Ladder = Sequence[Mapping[str, Any]]
Form = MultiValueDict[str, str]
LABELS = {
    "assignee": "Assignee",
    "lead": "Team lead",
    "manager": "Managers",
    "oncall": "Whoever is on call",
}
MOST = 12  # rows after the breach


@dataclass
class Row:
    """A step: its moment as it was typed, and who is told."""

    at: str  # "warning", "breach", or what was typed as minutes
    tell: list[str]

    @property
    def is_after(self) -> bool:
        return self.at not in (WARNING, BREACH)


def rows_of(form: Form) -> list[Row]:
    """The rows of a form: warning and breach always, then those after it as they stand in it."""
    rows = [Row(moment, form.getlist(f"{moment}.tell")) for moment in (WARNING, BREACH)]
    for index in range(MOST):
        if f"after.{index}.minutes" in form:
            minutes = form.get(f"after.{index}.minutes", "")
            rows.append(Row(minutes.strip(), form.getlist(f"after.{index}.tell")))
    return rows


def form_of(ladder: Ladder) -> Form:
    """A version's ladder as a form would bring it."""
    form: Form = MultiValueDict()
    steps = [step for step in ladder if step["at"] in (WARNING, BREACH)]
    for step in steps:
        form.setlist(f"{step['at']}.tell", list(step["tell"]))
    for index, step in enumerate(step for step in ladder if step not in steps):
        form[f"after.{index}.minutes"] = str(step["at"])
        form.setlist(f"after.{index}.tell", list(step["tell"]))
    return form


def read(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The ladder that the rows say. A step without anyone to tell, or an empty row, is none; Refused
    if a step can't be climbed."""
    steps: list[dict[str, Any]] = []
    for row in rows:
        if not row.is_after and row.tell:
            steps.append({"at": row.at, "tell": row.tell})
        elif row.is_after and (row.at or row.tell):
            steps.append({"at": _minutes(row.at), "tell": row.tell})
    return checked(steps)


def _minutes(text: str) -> int:
    minutes = whole(text, 0, 999_999)
    if minutes is None:
        raise Refused(f"“{text[:40]}” is no number of minutes after the breach: write it like 30.")
    return minutes


def redrawn(form: Form) -> Form:
    """The form after a button of the ladder was pressed: one row more, or one less."""
    changed = form.copy()
    rows = rows_of(form)[2:]
    remove = whole(form.get("remove", ""), 0, len(rows) - 1)
    if remove is not None:
        del rows[remove]
    if "add" in form and len(rows) < MOST:
        rows.append(Row("", []))
    for key in [key for key in changed if key.startswith("after.")]:
        del changed[key]
    for index, row in enumerate(rows):
        changed[f"after.{index}.minutes"] = row.at
        changed.setlist(f"after.{index}.tell", row.tell)
    return changed


__all__ = ["LABELS", "WHO", "Form", "Ladder", "Row", "form_of", "read", "redrawn", "rows_of"]
