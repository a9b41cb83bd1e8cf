"""Reads Alertmanager's webhook body alert by alert: the group's own status says nothing of one alert."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from deskbell.monitoring.intake.normal import Reading, Reported, Unreadable

NOT_ENDED = 1  # Go's zero time lies in year 1
LONGEST_KEY = 200
SHOWN_FIRST = ("description", "message", "runbook_url", "dashboard_url")


def read(content: bytes) -> Reading:
    """The alerts of a body. Raises Unreadable where there is no list of alerts in it."""
    document = _document(content)
    alerts = document.get("alerts")
    if not isinstance(alerts, list):
        raise Unreadable("It has no list named “alerts”.")
    given = document.get("truncatedAlerts")
    truncated = given if isinstance(given, int) else 0
    reported, problems = [], []
    for place, alert in enumerate(alerts, start=1):
        try:
            reported.append(_reported(alert, truncated))
        except Unreadable as error:
            problems.append(f"Alert {place} of {len(alerts)}: {error}")
    return Reading(tuple(reported), truncated, tuple(problems))


def _document(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"It is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise Unreadable("It is JSON, but no object with alerts in it.")
    return document


def _reported(alert: Any, truncated: int) -> Reported:
    if not isinstance(alert, dict):
        raise Unreadable("it is no object.")
    labels, notes = _texts(alert.get("labels")), _texts(alert.get("annotations"))
    status = alert.get("status")
    if status not in {"firing", "resolved"}:
        raise Unreadable(f"its status is {status!r}, neither firing nor resolved.")
    started, ended = _instant(alert, "startsAt"), _instant(alert, "endsAt")
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
    )


def _texts(given: Any) -> dict[str, str]:
    """Labels or annotations, without what PostgreSQL can't store in a text."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise Unreadable("its labels or annotations are no object.")
    return {_storable(str(name)): _storable(str(value)) for name, value in given.items()}


def _storable(text: str) -> str:
    return text.replace("\x00", "�").encode("utf-8", "replace").decode()


def _instant(alert: dict[str, Any], name: str) -> datetime | None:
    """An instant of the sender's; None if it is missing or in year 1, which means “not yet”."""
    written = alert.get(name)
    if not written:
        return None
    try:
        found = datetime.fromisoformat(_without_nanoseconds(written))
    except (TypeError, ValueError):
        raise Unreadable(f"its {name} is {written!r}, no time.") from None
    if found.year <= NOT_ENDED:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _without_nanoseconds(written: Any) -> str:
    """Go writes up to nine digits of a second; Python reads up to six."""
    whole, dot, rest = str(written).partition(".")
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return f"{whole}{dot}{rest[: min(digits, 6)]:0<6}{rest[digits:]}" if dot else whole


def _key(fingerprint: Any, labels: dict[str, str]) -> str:
    """The fingerprint; very old versions send none, and then the labels are the identity."""
    if isinstance(fingerprint, str) and 0 < len(fingerprint) <= LONGEST_KEY:
        return _storable(fingerprint)
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
    where = [f"Seen at {_storable(link)}"] if isinstance(link, str) and link else []
    if truncated > 0:
        where.append(f"The sender left out {truncated} more alerts of this group.")
    parts = ["\n\n".join(said), "\n".join(rest), "\n".join(table), "\n".join(where)]
    return "\n\n".join(part for part in parts if part) or "The alert says nothing about itself."
