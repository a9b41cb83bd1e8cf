"""Reads an event of the PagerDuty Events API v2.

Follows PagerDuty's documentation, “Send an Alert Event” and “PD-CEF”.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from typing import Any

from deskbell.monitoring.intake.common import (
    Arrived,
    instant,
    json_object,
    storable,
    text,
)
from deskbell.monitoring.intake.normal import UNKNOWN, Reading, Reported, Unreadable

TRIGGER, ACKNOWLEDGE, RESOLVE = "trigger", "acknowledge", "resolve"
LABELS = ("source", "component", "group", "class")
_ROUTING = re.compile(rb'"routing_key"\s*:\s*"([0-9A-Za-z_-]{1,64})"')


def read(arrived: Arrived) -> Reading:
    """The one alert of an event. An acknowledgement by a machine is none: only a person's counts.

    Events follow each other as they came: only a trigger may carry the sender's time, so that can't be held
    against the end of the episode before. It is shown.
    """
    document = json_object(arrived.content)
    action = document.get("event_action")
    if action not in (TRIGGER, ACKNOWLEDGE, RESOLVE):
        raise Unreadable(f"Its event_action is {str(action)[:40]!r}: no trigger or resolve.")
    payload = document.get("payload")
    if not isinstance(payload, dict):
        if action == TRIGGER:
            raise Unreadable("It has no payload.")
        payload = {}
    said_at = instant(payload.get("timestamp"), "timestamp")
    client = text(document.get("client"), 100)
    summary = text(payload.get("summary"), 1024) or f"Event from {client or 'an unnamed client'}"
    labels = {name: text(payload.get(name), 300) for name in LABELS}
    return Reading(
        (
            Reported(
                key=dedup_key(document),
                title=summary,
                text=_text(document, payload, labels, said_at),
                severity=text(payload.get("severity"), 20).lower(),
                labels={name: value for name, value in labels.items() if value},
                started=arrived.at,
                ended=arrived.at if action == RESOLVE else None,
                group=labels["group"],
                component=labels["component"],
                address=_link(document),
                knows_start=False,
                state=UNKNOWN if action == ACKNOWLEDGE else "open",
            ),
        )
    )


def routing_key(content: bytes) -> str:
    """The secret in an event, also in one that is cut off or broken: it must be kept, and page."""
    try:
        found = json.loads(content.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        written = _ROUTING.search(content)
        return written[1].decode("ascii") if written else ""
    return str(found.get("routing_key") or "") if isinstance(found, dict) else ""


def dedup_key(document: dict[str, Any]) -> str:
    """The sender's key; one is made of the body where it sends none, the same for the same bytes."""
    given = document.get("dedup_key")
    if isinstance(given, str) and given:
        return storable(given)
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:32]


def _link(document: dict[str, Any]) -> str:
    links = document.get("links")
    first = links[0].get("href") if isinstance(links, list) and _is_dict(links) else None
    found = text(document.get("client_url") or first, 1000)
    return found if found.startswith(("http://", "https://")) else ""


def _is_dict(links: list[Any]) -> bool:
    return bool(links) and isinstance(links[0], dict)


def _text(
    document: dict[str, Any],
    payload: dict[str, Any],
    labels: dict[str, str],
    said_at: datetime | None,
) -> str:
    details = payload.get("custom_details")
    said = (
        json.dumps(details, indent=2, ensure_ascii=False)
        if isinstance(details, dict | list)
        else text(details)
    )
    table = "\n".join(f"{name} = {value}" for name, value in labels.items() if value)
    link = _link(document)
    where = f"Seen at {link}" if link else ""
    when = f"Its time there: {said_at:%Y-%m-%d %H:%M:%S} UTC" if said_at else ""
    parts = [storable(said)[:4000], table, when, where]
    return "\n\n".join(part for part in parts if part) or "The event says nothing about itself."
