"""Reads Alertmanager's webhook body alert by alert: the group's own status says nothing of one alert."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from deskbell.monitoring.intake.common import (
    instant,
    json_object,
    storable,
    text,
    texts,
)
from deskbell.monitoring.intake.normal import LONGEST_KEY, Reading, Reported, Unreadable

SHOWN_FIRST = ("description", "message", "runbook_url", "dashboard_url")


def read(content: bytes) -> Reading:
    """The alerts of a body. Raises Unreadable where there is no list of alerts in it."""
    document = json_object(content)
    alerts = document.get("alerts")
    if not isinstance(alerts, list):
        raise Unreadable("It has no list named “alerts”.")
    group = text(document.get("groupKey")) if document.get("groupLabels") else ""
    given = document.get("truncatedAlerts")
    truncated = given if isinstance(given, int) else 0
    reported, problems = [], []
    for place, alert in enumerate(alerts, start=1):
        try:
            reported.append(_reported(alert, truncated, group))
        except Unreadable as error:
            problems.append(f"Alert {place} of {len(alerts)}: {error}")
    return Reading(tuple(reported), truncated, tuple(problems))


def _reported(alert: Any, truncated: int, group: str) -> Reported:
    if not isinstance(alert, dict):
        raise Unreadable("it is no object.")
    labels, notes = texts(alert.get("labels")), texts(alert.get("annotations"))
    status = alert.get("status")
    if status not in ("firing", "resolved"):
        raise Unreadable(f"its status is {status!r}, neither firing nor resolved.")
    started, ended = (instant(alert.get(name), name) for name in ("startsAt", "endsAt"))
    if started is None or (status == "resolved" and ended is None):
        raise Unreadable("it does not say when it started or ended.")
    return Reported(
        key=_key(alert.get("fingerprint"), labels),
        title=_title(labels, notes),
        text=_text(labels, notes, alert.get("generatorURL"), truncated),
        severity=labels.get("severity", "").lower(),
        labels=labels,
        started=started,
        ended=ended if status == "resolved" else None,
        group=group,
        address=_first_link(alert, notes),
    )


def _first_link(alert: dict[str, Any], notes: dict[str, str]) -> str:
    """Where a person looks first: what the rule's author named, else where the sender shows it."""
    links = (
        notes.get("runbook_url"),
        notes.get("dashboard_url"),
        alert.get("panelURL"),
        alert.get("dashboardURL"),
        alert.get("generatorURL"),
    )
    return next((link for link in map(text, links) if link.startswith(("http://", "https://"))), "")


def _key(fingerprint: Any, labels: dict[str, str]) -> str:
    """The fingerprint; very old versions send none, and then the labels are the identity."""
    if isinstance(fingerprint, str) and 0 < len(fingerprint) <= LONGEST_KEY:
        return storable(fingerprint)
    if not labels and not fingerprint:
        raise Unreadable("it has neither a fingerprint nor labels.")
    identity = json.dumps([fingerprint, labels], sort_keys=True).encode()
    return hashlib.sha256(identity).hexdigest()


def _title(labels: dict[str, str], notes: dict[str, str]) -> str:
    name = labels.get("alertname", "")
    return notes.get("summary") or notes.get("title") or name or "Alert without a name"


def _text(labels: dict[str, str], notes: dict[str, str], link: Any, truncated: int) -> str:
    """What stands in the ticket: the sender's words, then its labels and links."""
    said = [notes[name] for name in SHOWN_FIRST if notes.get(name)]
    rest = [
        f"{name}: {value}"
        for name, value in notes.items()
        if name not in {*SHOWN_FIRST, "summary", "title"}
    ]
    table = [f"{name} = {value}" for name, value in labels.items()]
    where = [f"Seen at {storable(link)}"] if isinstance(link, str) and link else []
    if truncated > 0:
        where.append(f"The sender left out {truncated} more alerts of this group.")
    parts = ["\n\n".join(said), "\n".join(rest), "\n".join(table), "\n".join(where)]
    return "\n\n".join(part for part in parts if part) or "The alert says nothing about itself."
