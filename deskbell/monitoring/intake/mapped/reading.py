"""Reads any JSON by a mapping: for each part of the normal form, where in the document it stands.

A place is written as keys and numbers with dots between them: `alert.labels.host`, `events.0.name`.
With `list`, each entry of that list is an alert, and the other places are looked for inside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from deskbell.monitoring.intake.common import Arrived, instant, storable, text
from deskbell.monitoring.intake.normal import Reading, Reported, Unreadable

PLACES = (
    "list",
    "key",
    "title",
    "text",
    "severity",
    "state",
    "started",
    "ended",
    "component",
    "group",
)
RESOLVED_WORDS = "resolved, ok, up, closed, recovered, normal, success"
MOST = 500  # alerts of one body


def read(arrived: Arrived) -> Reading:
    """The alerts that the mapping finds. Raises Unreadable where it finds none."""
    try:
        document = json.loads(arrived.content.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"It is not JSON: {error}") from error
    mapping = arrived.settings.get("mapping") or {}
    entries = _entries(document, mapping)
    reported, problems = [], []
    for place, entry in enumerate(entries[:MOST], start=1):
        try:
            reported.append(_reported(entry, mapping, arrived))
        except Unreadable as error:
            problems.append(f"Alert {place} of {len(entries)}: {error}")
    return Reading(tuple(reported), max(0, len(entries) - MOST), tuple(problems))


def found(document: Any, place: str) -> Any:
    """What stands at a place; None where there is nothing."""
    for step in place.split(".") if place else ():
        if isinstance(document, dict):
            document = document.get(step)
        elif isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            document = document[int(step)]
        else:
            return None
    return document


def _entries(document: Any, mapping: Mapping[str, str]) -> list[Any]:
    if not mapping.get("list"):
        return document if isinstance(document, list) else [document]
    entries = found(document, mapping["list"])
    if not isinstance(entries, list):
        raise Unreadable(f"There is no list at “{mapping['list']}”.")
    return entries


def _reported(entry: Any, mapping: Mapping[str, str], arrived: Arrived) -> Reported:
    values = {name: found(entry, mapping[name]) for name in PLACES[1:] if mapping.get(name)}
    title = text(values.get("title"), 500)
    if not title:
        raise Unreadable(f"there is no title at “{mapping.get('title', '')}”.")
    key = text(values.get("key")) or title
    started = instant(values.get("started"), "start") or arrived.at
    ended = instant(values.get("ended"), "end")
    if "state" in values:
        words = str(mapping.get("resolved") or RESOLVED_WORDS).lower()
        over = text(values["state"]).lower() in {word.strip() for word in words.split(",")}
        ended = (ended or arrived.at) if over else None
    whole = json.dumps(entry, indent=2, ensure_ascii=False)
    return Reported(
        key=key,
        title=title,
        text=text(values.get("text")) or storable(whole)[:4000],
        severity=text(values.get("severity"), 50).lower(),
        labels={},
        started=started,
        ended=ended,
        group=text(values.get("group"), 150),
        component=text(values.get("component"), 64),
        knows_start=bool(values.get("started")),
    )
