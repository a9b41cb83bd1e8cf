"""The sheet of a policy: what stands in each of its cells, from a version or from a form, and what it says.

A cell is a promise: a target and its coverage. In a district's sheet an empty cell is its base's. What
can't be read stays as it was typed, with a sentence at the cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.datastructures import MultiValueDict

from deskbell.lib.errors import Refused
from deskbell.lib.numbers import primary_key
from deskbell.sla.core import Impact
from deskbell.sla.editing import rungs
from deskbell.sla.editing.grid import Group, grid
from deskbell.sla.editing.targets import in_business_days, read_target, written_target
from deskbell.sla.models import Coverage, Policy, PolicyVersion
from deskbell.sla.versions import merged, newest_of

Promise = dict[str, Any]
Form = MultiValueDict[str, str]
PAUSES = "resolution_pauses_while_waiting"


@dataclass
class Cell:
    """One promise of the sheet: what is typed, what it means, and what the base says in its place."""

    name: str
    label: str
    target: str = ""
    coverage: str = ""
    suggested: str = ""  # the coverage that a new promise here would most likely count in
    base: Promise | None = None
    promise: Promise | None = None  # what holds: its own, or the base's
    own: bool = False  # says something itself, rather than its base
    error: str = ""
    days: str = ""
    warns: str = ""

    @property
    def base_target(self) -> str:
        return written_target(timedelta(seconds=self.base["target"])) if self.base else "none"

    @property
    def coverage_shown(self) -> str:
        return self.coverage or self.suggested

    @property
    def shown(self) -> str:
        """What holds, for those who only read."""
        return _target_of(self.promise)


@dataclass
class Sheet:
    """A policy as it is edited. `said` is what a version of it would be made from."""

    policy: Policy
    number: int  # the version from which the editing began; 0: there is none yet
    groups: list[Group[Cell]]
    coverages: dict[str, Coverage]
    share: str
    base_share: str
    pauses: str  # "yes", "no", or "" for the base's
    base_pauses: bool
    ladder: list[rungs.Row]
    reason: str
    said: dict[str, Any] = field(default_factory=dict)
    share_error: str = ""
    ladder_error: str = ""

    @property
    def varies(self) -> bool:
        """Is it a district's, which says only what it changes?"""
        return self.policy.base_id is not None

    @property
    def cells(self) -> Iterable[Cell]:
        return (cell for group in self.groups for row in group.rows for cell in row.cells if cell)

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """Where: an anchor of the page and a name; and what to change."""
        found = [(cell.name, cell.label, cell.error) for cell in self.cells]
        found += [("warn", "Warning", self.share_error), ("ladder", "Ladder", self.ladder_error)]
        return [error for error in found if error[2]]


def sheet_of(policy: Policy) -> Sheet:
    """The sheet as the newest version fills it."""
    newest = newest_of(policy)
    ladder = newest.ladder if newest else []
    return sheet_from(policy, _form_of(_said_by(newest), ladder, newest.number if newest else 0))


def sheet_from(policy: Policy, form: Form) -> Sheet:
    """The sheet as a form fills it; `errors` say what can't be read."""
    base = _newest(policy.base) if policy.base else None
    base_document = base.document if base else {}
    sheet = Sheet(
        policy=policy,
        number=primary_key(form.get("number", "")),
        groups=grid(policy, _known_tiers(policy, base_document)).filled(
            lambda name, label: Cell(
                name, label, form.get(f"{name}.target", ""), form.get(f"{name}.coverage", "")
            )
        ),
        coverages=_coverages(policy),
        share=form.get("warn", ""),
        base_share=_percent(base_document.get("warn_at", 0.75)),
        pauses=form.get("pauses", ""),
        base_pauses=bool(base_document.get(PAUSES, False)),
        ladder=rungs.rows_of(form),
        reason=form.get("reason", ""),
    )
    if not sheet.varies:
        _suggest(sheet)
    _read(sheet, base_document)
    return sheet


def _suggest(sheet: Sheet) -> None:
    """Where nothing is promised, offer the hours of the same impact's First reply."""
    by_name = {cell.name: cell for cell in sheet.cells}
    for cell in sheet.cells:
        impact = next((word for word in cell.name.split(".") if word in set(Impact)), None)
        replies = by_name.get(f"targets.{impact}.first_reply", by_name["chat.first_reply"])
        if not cell.coverage and not cell.target.strip():
            cell.suggested = replies.coverage


def _read(sheet: Sheet, base: Mapping[str, Any]) -> None:
    """Find out what the sheet says; errors are left where they were found."""
    newest = newest_of(sheet.policy)
    said = _without_cells(_said_by(newest), sheet)
    share = _read_share(sheet)
    for cell in sheet.cells:
        cell.base = _at(base, cell.name)
        try:
            own, promise = _read_cell(cell, sheet)
        except Refused as refused:
            cell.error, cell.own = str(refused), True
            continue
        cell.own, cell.promise = own, promise if own else cell.base
        if own and (sheet.varies or promise):
            said = merged(said, _nested(cell.name, promise))
        _explain(cell, sheet, share)
    if sheet.share.strip() or not sheet.varies:
        said["warn_at"] = share
    if sheet.pauses or not sheet.varies:
        said[PAUSES] = sheet.pauses == "yes"
    sheet.said = said
    try:
        rungs.read(sheet.ladder)
    except Refused as refused:
        sheet.ladder_error = str(refused)


def _read_cell(cell: Cell, sheet: Sheet) -> tuple[bool, Promise | None]:
    """Whether the cell says something itself, and what."""
    key = cell.coverage or (cell.base["coverage"] if cell.base else "")
    typed = bool(cell.target.strip())
    if sheet.varies and not typed and not cell.coverage:
        return False, None
    coverage = sheet.coverages.get(key)
    if typed or not sheet.varies:
        target = read_target(cell.target, coverage.windows if coverage else {})
    else:
        target = timedelta(seconds=cell.base["target"]) if cell.base else None
    if target is None:
        return not (sheet.varies and cell.base is None), None
    if coverage is None:
        raise Refused("Choose the coverage in which it counts.")
    seconds = target.total_seconds()
    promise = {"target": int(seconds) if seconds.is_integer() else seconds, "coverage": key}
    return not (sheet.varies and promise == cell.base), promise


def _read_share(sheet: Sheet) -> float:
    text = sheet.share.strip().removesuffix("%").strip() or sheet.base_share
    try:
        percent = float(text)
    except ValueError:
        percent = 0
    if not 1 <= percent <= 100:
        sheet.share_error = "Write a share of the target from 1 to 100 percent, such as 75."
        return 0.75
    return round(percent / 100, 6)


def _explain(cell: Cell, sheet: Sheet, share: float) -> None:
    """What the promise means: in days of its coverage, and when its clock warns."""
    if cell.promise is None:
        return
    target = timedelta(seconds=cell.promise["target"])
    coverage = sheet.coverages.get(cell.promise["coverage"])
    cell.days = in_business_days(target, coverage.windows) if coverage else ""
    warning = round(target.total_seconds() * share)
    cell.warns = written_target(timedelta(seconds=warning))


def _form_of(said: Mapping[str, Any], ladder: rungs.Ladder, number: int) -> Form:
    """A version's words as a form would bring them."""
    form = rungs.form_of(ladder)
    form["number"] = str(number)
    for name, promise in _promises(said):
        form[f"{name}.target"] = _target_of(promise)
        form[f"{name}.coverage"] = promise["coverage"] if promise else ""
    if "warn_at" in said:
        form["warn"] = _percent(said["warn_at"])
    if PAUSES in said:
        form["pauses"] = "yes" if said[PAUSES] else "no"
    return form


def _target_of(promise: Promise | None) -> str:
    return written_target(timedelta(seconds=promise["target"])) if promise else "none"


def _promises(said: Mapping[str, Any]) -> Iterable[tuple[str, Promise | None]]:
    for part in ("targets", "escalation"):
        for outer, promises in said.get(part, {}).items():
            yield from ((f"{part}.{outer}.{inner}", each) for inner, each in promises.items())
    for part in ("chat", "alert"):
        yield from ((f"{part}.{inner}", each) for inner, each in said.get(part, {}).items())


def _said_by(version: PolicyVersion | None) -> Mapping[str, Any]:
    """What a version was made from: all of it, or a district's changes."""
    if version is None:
        return {}
    said: Mapping[str, Any] = version.document if version.changes is None else version.changes
    return said


def _without_cells(said: Mapping[str, Any], sheet: Sheet) -> dict[str, Any]:
    """What the newest version says and the sheet does not show: it stays as it is."""
    shown = {cell.name for cell in sheet.cells}
    kept: dict[str, Any] = {}
    for name, promise in _promises(said):
        if name not in shown:
            kept = merged(kept, _nested(name, promise))
    return kept


def _nested(name: str, promise: Promise | None) -> dict[str, Any]:
    nested: Any = promise
    for key in reversed(name.split(".")):
        nested = {key: nested}
    found: dict[str, Any] = nested
    return found


def _at(document: Mapping[str, Any], name: str) -> Promise | None:
    found: Any = document
    for key in name.split("."):
        found = (found or {}).get(key)
    promise: Promise | None = found
    return promise


def _coverages(policy: Policy) -> dict[str, Coverage]:
    """Those that a promise of this policy may count in: no district's but its own."""
    rows = Coverage.objects.order_by("district", "pk")
    return {row.key: row for row in rows if row.district_id in (None, policy.district_id)}


def _known_tiers(policy: Policy, base: Mapping[str, Any]) -> list[str]:
    newest = newest_of(policy)
    return [*(newest.document.get("escalation", {}) if newest else {}), *base.get("escalation", {})]


def _newest(policy: Policy) -> PolicyVersion:
    newest = newest_of(policy)
    if newest is None:
        raise Refused(f"{policy} has no version yet: save it first.")
    return newest


def _percent(share: float) -> str:
    return f"{share * 100:g}"
