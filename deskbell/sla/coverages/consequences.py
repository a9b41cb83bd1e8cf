"""What an edit of a coverage will bring, told before it is made (K9).

The edit itself is made and rolled back, so what is told can't differ from what will happen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from deskbell.lib import clock
from deskbell.sla import core
from deskbell.sla.core.windows import DAYS
from deskbell.sla.coverages.following import Followers, open_under, preview
from deskbell.sla.coverages.hours import DAY_NAMES, days_in_words, in_words
from deskbell.sla.freezing import document_from
from deskbell.sla.models import CoverageEdit, PolicyVersion

Act = Callable[[str], CoverageEdit]  # takes the reason

SHOWN = 12  # spans of days that a review tells one by one
_YEAR = 365
_ONE_DAY = timedelta(days=1)


class _Said(NamedTuple):
    """What is said of one day."""

    hours: str
    name: str


class _Changed(NamedTuple):
    """A day of which something else is said than before."""

    day: date
    was: _Said
    now: _Said


@dataclass(frozen=True)
class Change:
    """Days in a row whose hours become others."""

    days: str
    was: str
    now: str
    name: str


@dataclass(frozen=True)
class Consequences:
    """What follows from an edit; hours are the covered ones from `first` to `last`, both included."""

    said: str
    versions: list[PolicyVersion]
    open_tickets: int
    span: str
    was: timedelta
    now: timedelta
    changes: list[Change]
    more_changes: int
    followers: Followers | None  # None: open tickets keep their versions

    @property
    def difference(self) -> timedelta:
        return self.now - self.was


def rehearse(
    act: Act, *, span: tuple[date, date] | None = None, tickets_follow: bool = False
) -> Consequences:
    """What the edit would bring. `span`: the days to count; without it the coming year.

    `Refused` just as the edit itself would be.
    """
    with transaction.atomic():
        edited = act("to be said")
        versions = list(edited.versions.select_related("policy").order_by("policy__name"))
        told = _told(edited, versions, span, tickets_follow)
        transaction.set_rollback(True)
    return told


def _told(
    edited: CoverageEdit,
    versions: list[PolicyVersion],
    span: tuple[date, date] | None,
    tickets_follow: bool,
) -> Consequences:
    was, now = document_from(edited.before or {}), document_from(edited.after or {})
    today = clock.now().date()
    first, last = span or (today, today + timedelta(days=_YEAR - 1))
    changes = [*_weekly(was, now), *_dated(was, now, first)]
    policies = {version.policy_id for version in versions}
    return Consequences(
        said=edited.said,
        versions=versions,
        open_tickets=open_under(policies).count(),
        span=days_in_words(first, last),
        was=_covered(was, first, last),
        now=_covered(now, first, last),
        changes=changes[:SHOWN],
        more_changes=max(0, len(changes) - SHOWN),
        followers=preview(versions) if tickets_follow else None,
    )


def _covered(document: Mapping[str, Any], first: date, last: date) -> timedelta:
    """The covered time of whole days by the coverage's own clock."""
    coverage = core.Coverage.from_document(document)
    start, end = (
        core.wall.first(coverage.zone, datetime.combine(day, time()))
        for day in (first, last + _ONE_DAY)
    )
    return coverage.between(start, end)


def _weekly(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    """The zone, and the weekdays that have other hours than before."""
    found = [Change("By the clock of", was["zone"], now["zone"], "")]
    for day, name in DAY_NAMES.items():
        hours = [in_words(document["windows"].get(day, [])) for document in (was, now)]
        found.append(Change(f"Every {name}", hours[0], hours[1], ""))
    return [change for change in found if change.was != change.now]


def _dated(was: Mapping[str, Any], now: Mapping[str, Any], first: date) -> list[Change]:
    """The days from `first` on that have another exception than before; a whole summer in one line,
    whether it comes or goes."""
    dates = map(date.fromisoformat, sorted({*was["exceptions"], *now["exceptions"]}))
    days = [_Changed(day, _of_day(was, day), _of_day(now, day)) for day in dates if day >= first]
    changed = [day for day in days if day.was != day.now]
    fewest = min(_runs(changed, lambda d: d.now), _runs(changed, lambda d: d.was), key=len)
    return [_change(run) for run in fewest]


def _runs(changed: Sequence[_Changed], alike: Callable[[_Changed], _Said]) -> list[list[_Changed]]:
    """Days in a row of which the same is, or was, said."""
    runs: list[list[_Changed]] = []
    for each in changed:
        before = runs[-1][-1] if runs else None
        if before and alike(before) == alike(each) and each.day - before.day == _ONE_DAY:
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


def _change(run: Sequence[_Changed]) -> Change:
    """In one line; where the hours stay as they were, as on a summer's weekends, that is left out."""
    told = [each for each in run if each.was.hours != each.now.hours] or run[:1]
    return Change(
        days=days_in_words(run[0].day, run[-1].day),
        was=_joined((each.was.hours for each in told), " or "),
        now=_joined((each.now.hours for each in told), " or "),
        name=_joined((each.now.name for each in run), ", ")
        or _joined((each.was.name for each in run), ", "),
    )


def _joined(words: Iterable[str], by: str) -> str:
    return by.join(dict.fromkeys(filter(None, words)))


def _of_day(document: Mapping[str, Any], day: date) -> _Said:
    dated = document["exceptions"].get(day.isoformat())
    if dated is not None:
        return _Said(in_words(dated["windows"]), dated["name"])
    return _Said(in_words(document["windows"].get(DAYS[day.weekday()], [])), "")
