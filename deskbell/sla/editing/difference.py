"""What differs between two versions, in words: promise by promise, coverage by coverage (K9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from deskbell.sla import core
from deskbell.sla.core.windows import DAYS
from deskbell.sla.editing.rungs import LABELS, Ladder
from deskbell.sla.editing.targets import written_target
from deskbell.sla.models import Clock, PolicyVersion
from deskbell.tickets.escalations import tier_in_words
from deskbell.tickets.impacts import Impact

Document = Mapping[str, Any]
NONE = "none"
_DAY_NAMES = dict(zip(DAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
_CLOSED = "closed"


@dataclass(frozen=True)
class Line:
    """Where something differs, and what it said before and says now."""

    where: str
    before: str
    after: str


def difference_of(version: PolicyVersion, before: PolicyVersion | None) -> list[Line]:
    """What a version changed on the one before it; all of it if it is the first."""
    then: Document = before.document if before else {}
    lines = difference(then, version.document)
    lines += ladder_difference(before.ladder if before else [], version.ladder)
    moved = [
        zone
        for zone, digest in version.zones.items()
        if before and before.zones.get(zone, digest) != digest
    ]
    return lines + [Line(zone, "older time zone data", "newer time zone data") for zone in moved]


def difference(before: Document, after: Document) -> list[Line]:
    """What differs between two documents, promises first, then coverages."""
    return [*_promises(before, after), *_settings(before, after), *_coverages(before, after)]


def ladder_difference(before: Ladder, after: Ladder) -> list[Line]:
    """What differs between two ladders, step by step."""
    then = {step["at"]: _people(step["tell"]) for step in before}
    now = {step["at"]: _people(step["tell"]) for step in after}
    return [
        Line(f"Told {_moment(at)}", then.get(at, "nobody"), now.get(at, "nobody"))
        for at in dict.fromkeys([*then, *now])
        if then.get(at) != now.get(at)
    ]


def _promises(before: Document, after: Document) -> Iterator[Line]:
    then, now = dict(_each_promise(before)), dict(_each_promise(after))
    for where in dict.fromkeys([*now, *then]):
        if then.get(where, NONE) != now.get(where, NONE):
            yield Line(where, then.get(where, NONE), now.get(where, NONE))


def _each_promise(document: Document) -> Iterator[tuple[str, str]]:
    """In the order of the sheet: the database keeps none."""
    for impact, promises in _in_order(document.get("targets", {}), core.Impact):
        for metric, promise in _in_order(promises, core.Metric):
            yield f"{Impact(impact).label}, {_metric(metric)}", _said(promise, document)
    for metric, promise in _in_order(document.get("chat", {}), core.Metric):
        yield f"Live chat, {_metric(metric)}", _said(promise, document)
    for promise in document.get("alert", {}).values():
        yield "Alarm, acknowledged", _said(promise, document)
    for tier, promises in sorted(document.get("escalation", {}).items()):
        for impact, promise in _in_order(promises, core.Impact):
            yield (
                f"{tier_in_words(tier)} takes over, {Impact(impact).label}",
                _said(promise, document),
            )


def _in_order(part: Document, words: Iterable[str]) -> list[tuple[str, Any]]:
    return [(word, part[word]) for word in map(str, words) if word in part]


def _metric(metric: str) -> str:
    return Clock.Metric(metric).label.lower()


def _said(promise: Mapping[str, Any] | None, document: Document) -> str:
    if promise is None:
        return NONE
    coverage = document["coverages"].get(promise["coverage"], {})
    target = written_target(timedelta(seconds=promise["target"]))
    return f"{target}, {coverage.get('name') or promise['coverage']}"


def _settings(before: Document, after: Document) -> Iterator[Line]:
    for where, key, said in (
        ("Warning", "warn_at", _share),
        ("Resolution while waiting", "resolution_pauses_while_waiting", _pauses),
    ):
        if key in after and before.get(key) != after[key]:
            yield Line(where, said(before[key]) if key in before else NONE, said(after[key]))


def _share(share: float) -> str:
    return f"at {share * 100:g} % of the target"


def _pauses(pauses: bool) -> str:
    return "pauses" if pauses else "runs"


def _coverages(before: Document, after: Document) -> Iterator[Line]:
    then, now = before.get("coverages", {}), after.get("coverages", {})
    for key in dict.fromkeys([*now, *then]):
        if then.get(key) != now.get(key):
            yield from _coverage(then.get(key), now.get(key))


def _coverage(before: Document | None, after: Document | None) -> Iterator[Line]:
    if before is None or after is None:
        there = after or before or {}
        said = f"{_week(there)}, {there['zone'].replace('_', ' ')}"
        yield Line(f"Coverage {there['name']}", *((said, NONE) if before else (NONE, said)))
        return
    name = after["name"] or before["name"]
    for where, key in (("name", "name"), ("zone", "zone")):
        if before[key] != after[key]:
            yield Line(f"{name}, {where}", before[key], after[key])
    for day in DAYS:
        then, now = (_windows(each["windows"].get(day, [])) for each in (before, after))
        if then != now:
            yield Line(f"{name}, {_DAY_NAMES[day]}", then, now)
    yield from _exceptions(name, before["exceptions"], after["exceptions"])


def _exceptions(name: str, before: Document, after: Document) -> Iterator[Line]:
    """Days in a row that changed alike are one line: a school's summer is not eighty."""
    changed = sorted(
        day for day in before.keys() | after.keys() if before.get(day) != after.get(day)
    )
    groups: list[tuple[date, date, str, str]] = []
    for text in changed:
        day, then, now = date.fromisoformat(text), _dated(before.get(text)), _dated(after.get(text))
        if groups and groups[-1][2:] == (then, now) and day - groups[-1][1] == timedelta(days=1):
            groups[-1] = (groups[-1][0], day, then, now)
        else:
            groups.append((day, day, then, now))
    for first, last, then, now in groups:
        yield Line(f"{name}, {_span(first, last)}", then, now)


def _dated(exception: Mapping[str, Any] | None) -> str:
    if exception is None:
        return "as usual"
    hours = _windows(exception["windows"])
    return f"{exception['name']}, {hours}" if exception["name"] else hours


def _span(first: date, last: date) -> str:
    said = f"{first:%b} {first.day}, {first.year}"
    return said if first == last else f"{said} to {last:%b} {last.day}, {last.year}"


def _week(coverage: Mapping[str, Any]) -> str:
    """Days in a row with the same windows together: "Mon to Fri 08:00 to 19:00"."""
    runs: list[tuple[str, str, str]] = []
    for day in DAYS:
        hours = _windows(coverage["windows"].get(day, []))
        if runs and runs[-1][2] == hours:
            runs[-1] = (runs[-1][0], day, hours)
        else:
            runs.append((day, day, hours))
    return "; ".join(
        f"{_DAY_NAMES[first]}{f' to {_DAY_NAMES[last]}' if first != last else ''} {hours}"
        for first, last, hours in runs
        if hours != _CLOSED
    )


def _windows(windows: Sequence[Sequence[str]]) -> str:
    return ", ".join(f"{start} to {end}" for start, end in windows) or _CLOSED


def _people(who: Iterable[str]) -> str:
    return ", ".join(LABELS[each].lower() for each in who)


def _moment(at: str | int) -> str:
    return f"at the {at}" if isinstance(at, str) else f"{at} min after the breach"
