"""The support promise as everyone reads it: drawn from the policy and the coverages that hold now, so that it
is never out of date, with what was really attained (P5 to P9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from deskbell.lib import clock
from deskbell.look.dates import hour
from deskbell.look.languages import Say
from deskbell.look.words import duration
from deskbell.reports import attained
from deskbell.reports.promise_words import (
    COVERAGES,
    DEFINITIONS,
    INCLUDED,
    METRICS,
    WEEKDAYS,
)
from deskbell.sla.core import Coverage, Metric, Policy, Promise
from deskbell.sla.core.coverage import Day
from deskbell.sla.policies import current_version, policy_of
from deskbell.sla.spanish import HOLIDAYS
from deskbell.tickets.impacts import Impact

COLUMNS = (Metric.FIRST_REPLY, Metric.NEXT_REPLY, Metric.PERIODIC_UPDATE)
DAYS_SHOWN = 7
AHEAD = timedelta(days=370)


@dataclass(frozen=True)
class Cell:
    """A promise in words: “4 h”, when that counts, and “1 business day” if it is whole days."""

    amount: str
    coverage: str
    days: str


@dataclass(frozen=True)
class Hours:
    """A coverage in words. `next` is when that changes; `days` are those of the coming week."""

    key: str
    name: str
    weekly: list[str]
    zone: str
    always: bool
    open_now: bool
    next: datetime | None
    days: list[tuple[date, list[tuple[datetime, datetime]], str]]
    holiday: tuple[date, str] | None  # the next one


def promise(say: Say, language: str) -> dict[str, Any]:
    """Everything on the page, in a language and its words."""
    version, now = current_version(), clock.now()
    policy = policy_of(version)
    used = {cell.coverage for group in _promises(policy) for cell in group.values()}
    order = [key for key in policy.coverages if key in used]
    order.sort(key=lambda key: (_is_always(policy.coverages[key]), -_holidays(policy, key)))
    return {
        "plan": policy.name,
        "since": version.made_at,
        "hours": [_hours(key, policy.coverages[key], now, say, language) for key in order],
        "impacts": [
            {
                "key": impact,
                "name": say(Impact(impact).label),
                "definition": say(DEFINITIONS[impact]),
                "cells": [
                    _cell(policy, policy.targets.get(impact, {}).get(m), say) for m in COLUMNS
                ],
            }
            for impact in Impact.values
        ],
        "columns": [say(METRICS[metric][0]) for metric in COLUMNS],
        "metrics": [(say(name), say(meaning)) for name, meaning in METRICS.values()],
        "chat": _cell(policy, policy.chat.get(Metric.FIRST_REPLY), say),
        "alert": _cell(policy, policy.alert.get(Metric.ACKNOWLEDGE), say),
        "included": [(say(name), say(about)) for name, about in INCLUDED],
        "attained": attained.figures(policy, say),
    }


def _promises(policy: Policy) -> Iterator[Mapping[str, Promise]]:
    for group in [*policy.targets.values(), policy.chat, policy.alert]:
        yield {metric: each for metric, each in group.items() if each is not None}


def _cell(policy: Policy, promised: Promise | None, say: Say) -> Cell | None:
    if promised is None:
        return None
    hours = policy.coverages[promised.coverage]
    name = say(COVERAGES.get(hours.name, hours.name)) if hours.name in COVERAGES else hours.name
    return Cell(duration(promised.target), name, _in_days(promised.target, hours, say))


def _in_days(target: timedelta, hours: Coverage, say: Say) -> str:
    """“1 business day” for what is just as long; nothing for the rest, and where a day is all day."""
    week = _week(hours)
    lengths = [sum(map(_length, windows), timedelta()) for windows in week.values()]
    day, whole = max(lengths, default=timedelta()), sum(lengths, timedelta())
    if not day or day >= timedelta(hours=24):
        return ""
    if whole and target % whole == timedelta():
        count = target // whole
        return say("1 business week") if count == 1 else say("{count} business weeks", count=count)
    if target % day == timedelta():
        count = target // day
        return say("1 business day") if count == 1 else say("{count} business days", count=count)
    return ""


def _hours(key: str, hours: Coverage, now: datetime, say: Say, language: str) -> Hours:
    always, open_now = _is_always(hours), hours.contains(now)
    today = now.astimezone(hours.zone).date()
    named = hours.exceptions_between(today, today + AHEAD)
    after = None if always else (hours.next_closing(now) if open_now else hours.next_opening(now))
    return Hours(
        key=key,
        name=say(COVERAGES[hours.name]) if hours.name in COVERAGES else hours.name,
        weekly=list(_weekly(hours, say, language)),
        zone=hours.zone.key,
        always=always,
        open_now=open_now,
        next=after,
        days=[] if always else [_day(each, hours, say) for each in _coming(hours, today)],
        holiday=next(((day, _holiday(name, say)) for day, name in named if name), None),
    )


def _coming(hours: Coverage, today: date) -> list[Day]:
    return hours.days(today, today + timedelta(days=DAYS_SHOWN - 1))


def _day(day: Day, hours: Coverage, say: Say) -> tuple[date, list[tuple[datetime, datetime]], str]:
    """A date with its instants, and its holiday."""
    start = datetime.combine(day.date, datetime.min.time(), hours.zone)
    spans = []
    for first, last in day.windows:
        opens, closes = start + _clock(first), start + _clock(last)
        spans.append((opens, closes if closes > opens else closes + timedelta(days=1)))
    return day.date, spans, _holiday(day.name, say) if day.name else ""


def _weekly(hours: Coverage, say: Say, language: str) -> Iterator[str]:
    """“Monday to Friday: 8:00 am to 7:00 pm”, a line for each run of days that are alike."""
    week = list(_week(hours).items())
    at = 0
    while at < len(week):
        end = at
        while end + 1 < len(week) and week[end + 1][1] == week[at][1]:
            end += 1
        if week[at][1]:
            first, last = say(WEEKDAYS[week[at][0]]), say(WEEKDAYS[week[end][0]])
            days = first if end == at else say("{first} to {last}", first=first, last=last)
            said = [[_said(each, language) for each in window] for window in week[at][1]]
            spans = ", ".join(say("{first} to {last}", first=a, last=b) for a, b in said)
            whole = week[at][1] == [("00:00", "24:00")]
            yield f"{days}: {say('all day') if whole else spans}"
        at = end + 1


def _week(hours: Coverage) -> dict[str, list[tuple[str, str]]]:
    windows = hours.document()["windows"]
    return {day: [(a, b) for a, b in windows.get(day, [])] for day in WEEKDAYS}


def _is_always(hours: Coverage) -> bool:
    return all(spans == [("00:00", "24:00")] for spans in _week(hours).values())


def _holidays(policy: Policy, key: str) -> int:
    return len(policy.coverages[key].document()["exceptions"])


def _length(window: tuple[str, str]) -> timedelta:
    length = _clock(window[1]) - _clock(window[0])
    return length if length > timedelta() else length + timedelta(days=1)


def _said(text: str, language: str) -> str:
    return hour(datetime(2000, 1, 1, tzinfo=UTC) + _clock(text), "UTC", language)


def _clock(text: str) -> timedelta:
    hour, _, minute = text.partition(":")
    return timedelta(hours=int(hour), minutes=int(minute))


def _holiday(name: str, say: Say) -> str:
    return say(name) if name in HOLIDAYS else name
