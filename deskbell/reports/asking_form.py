"""The form of a what-if: what it offers, and what was meant by what was filled in."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.numbers import primary_key, whole
from deskbell.look.words import duration
from deskbell.reports.whatif.changing import policy_in_question
from deskbell.sla import core
from deskbell.sla.core.windows import DAYS
from deskbell.sla.freezing import document_of
from deskbell.sla.models import Clock, Coverage, PolicyVersion
from deskbell.sla.policies import current_version
from deskbell.tickets.impacts import Impact

METRICS = [
    Clock.Metric.FIRST_REPLY,
    Clock.Metric.NEXT_REPLY,
    Clock.Metric.PERIODIC_UPDATE,
    Clock.Metric.RESOLUTION,
]
_SPAN = re.compile(r"(?:(\d+(?:\.\d+)?)\s*h(?:ours?)?)?\s*(?:(\d+)\s*m(?:in(?:utes?)?)?)?")
_LINE = re.compile(r"([a-z]{3})[a-z]*(?:\s*(?:-|–|to)\s*([a-z]{3})[a-z]*)?\s*:?\s+(.*)")
_WINDOW = re.compile(r"(\d\d?:\d\d)\s*(?:-|–|to)\s*(\d\d?:\d\d)")
Question = tuple[core.Policy, date, date, list[str]]


def choices(zone: str, chosen: QueryDict) -> dict[str, Any]:
    """What the page offers: versions to begin with, coverages, periods. Its links choose a period
    by `first` and `last`; else it is the last quarter."""
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    first = date(today.year, today.month - (today.month - 1) % 3, 1)
    last_quarter = (first - timedelta(days=1)).replace(day=1)
    begins = date(last_quarter.year, last_quarter.month - 2, 1)
    period = (chosen.get("first"), chosen.get("last"))
    versions = PolicyVersion.objects.select_related("policy").defer("document", "changes")
    present = current_version()
    return {
        "versions": versions.order_by("policy__base", "policy__name", "-number")[:200],
        "present": present,
        "second": timedelta(seconds=1),
        "promised": present.document["targets"],
        "coverages": Coverage.objects.order_by("name"),
        "impacts": Impact.choices,
        "metrics": METRICS,
        "period": period if all(period) else (begins, first - timedelta(days=1)),
        "periods": [
            ("Last quarter", begins, first - timedelta(days=1)),
            ("This quarter", first, today),
            ("Last 30 days", today - timedelta(days=29), today),
        ],
    }


def read(form: QueryDict) -> Question:
    """The policy in question, the first and last day, and what differs, in sentences."""
    first, last = _day(form.get("first", ""), "first"), _day(form.get("last", ""), "last")
    version = _version(form.get("version", ""))
    if text := form.get("document", "").strip():
        return policy_in_question(_json(text), version.document), first, last, ["A policy as JSON"]
    changes: dict[str, Any] = {}
    said = [] if version.pk == current_version().pk else [f"{version} for every ticket"]
    said += _read_targets(form, version.document, changes)
    said += _read_hours(form, version.document, changes)
    said += _read_warning(form, changes)
    said = said or [f"{version} for every ticket"]
    policy = policy_in_question(changes or version.document, version.document)
    return policy, first, last, said


def _read_targets(form: QueryDict, base: dict[str, Any], changes: dict[str, Any]) -> list[str]:
    said: list[str] = []
    for impact, name in Impact.choices:
        promised = base["targets"].get(impact, {})
        hours = form.get(f"coverage-{impact}", "")
        laid: dict[str, Any] = {}
        for metric in METRICS:
            before = promised.get(metric)
            text = form.get(f"{impact}-{metric}", "").strip().lower()
            if text in {"none", "-", "–"}:
                laid[str(metric)] = None
                said.append(f"{name}: no {metric.label.lower()} is promised")
            elif text:
                span = _span(text, f"{name}, {metric.label.lower()}")
                coverage = hours or _coverage_of(before, promised)
                laid[str(metric)] = {"target": int(span.total_seconds()), "coverage": coverage}
                said.append(f"{name}: {metric.label.lower()} in {duration(span)}")
            elif hours and before:
                laid[str(metric)] = {**before, "coverage": hours}
        if hours:
            said.append(f"{name}: counted in {_coverage(hours).name}")
        if laid:
            changes.setdefault("targets", {})[impact] = laid
    return said


def _read_hours(form: QueryDict, base: dict[str, Any], changes: dict[str, Any]) -> list[str]:
    """Other weekly hours, or days on which a coverage is closed."""
    key = form.get("hours", "")
    week, closed = form.get("week", "").strip(), form.get("closed", "").split()
    if not week and not closed:
        return []
    if not key:
        raise Refused("Choose the coverage whose hours or closed days you want to change.")
    coverage, said = _coverage(key), []
    document = base["coverages"].get(key) or document_of(coverage)
    if week:
        document = {**document, "windows": _week(week)}
        said.append(f"{coverage.name}: {'; '.join(map(str.strip, week.splitlines()))}")
    if closed:
        days = [_day(day.strip(",;"), "closed") for day in closed]
        shut = {str(day): {"windows": [], "name": "Closed"} for day in days}
        document = {**document, "exceptions": {**document.get("exceptions", {}), **shut}}
        said.append(f"{coverage.name}: closed on {', '.join(str(day) for day in days)}")
    changes["coverages"] = {key: _replacing(base["coverages"].get(key), document)}
    return said


def _replacing(before: dict[str, Any] | None, document: dict[str, Any]) -> dict[str, Any]:
    """So that a day which is left out is closed when the document is laid over the one before."""
    windows = {day: [] for day in (before or {}).get("windows", {})} | document["windows"]
    return {**document, "windows": windows}


def _read_warning(form: QueryDict, changes: dict[str, Any]) -> list[str]:
    text = form.get("warn_at", "").strip().rstrip("%").strip()
    if not text:
        return []
    percent = whole(text, 1, 100)
    if percent is None:
        raise Refused("Write the warning as a percentage from 1 to 100, such as 75.")
    changes["warn_at"] = percent / 100
    return [f"Warnings at {percent} % of the target"]


def _week(text: str) -> dict[str, list[list[str]]]:
    """`Mon-Thu 08:00-18:00` and `Fri 08:00-12:00, 13:00-15:00`, a line each."""
    week: dict[str, list[list[str]]] = {}
    for line in filter(None, (line.strip().lower() for line in text.splitlines())):
        match = _LINE.fullmatch(line)
        first, last, rest = match.groups() if match else ("", None, "")
        windows = [[_clock(a), _clock(b)] for a, b in _WINDOW.findall(rest)]
        if first not in DAYS or (last or first) not in DAYS or not windows:
            raise Refused(f"“{line}” can't be read: write a line like Mon-Fri 08:00-18:00.")
        at, end = DAYS.index(first), DAYS.index(last or first)
        for day in DAYS[at : end + 1] if at <= end else (*DAYS[at:], *DAYS[: end + 1]):
            week[day] = week.get(day, []) + windows
    return week


def _clock(text: str) -> str:
    return text.zfill(5)


def _span(text: str, where: str) -> timedelta:
    match = _SPAN.fullmatch(text)
    hours, minutes = match.groups() if match else (None, None)
    if hours is None and minutes is None:
        raise Refused(f"{where}: “{text}” is no time. Write 30 min, 4 h or 1 h 30 min, or none.")
    try:
        return timedelta(hours=float(hours or 0), minutes=int(minutes or 0))
    except OverflowError:
        raise Refused(f"{where}: “{text}” is too long.") from None


def _coverage_of(before: dict[str, Any] | None, promised: dict[str, Any]) -> str:
    """The coverage of the promise that changes, or, for a new one, of the impact's others."""
    for each in (before, *promised.values()):
        if each:
            return str(each["coverage"])
    raise Refused("Choose a coverage for the impact to which you add a promise.")


def _coverage(key: str) -> Coverage:
    found = Coverage.objects.filter(key=key).first()
    if found is None:
        raise Refused("That coverage is no longer there: choose another one.")
    return found


def _version(text: str) -> PolicyVersion:
    if not text:
        return current_version()
    found = PolicyVersion.objects.select_related("policy").filter(pk=primary_key(text))
    version = found.first()
    if version is None:
        raise Refused("That version is not there: choose another one to begin with.")
    return version


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        which = {"first": "the first day", "last": "the last day"}.get(name, "each closed day")
        raise Refused(f"Write {which} like 2026-07-01.") from None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(f"The document can't be read as JSON: {error}.") from error
