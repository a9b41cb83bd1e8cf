"""Reads an event of the PagerDuty Events API, version 2 or 1.

Follows PagerDuty's documentation, “Send an Alert Event”, “PD-CEF” and “Events API v1”.
"""

from __future__ import annotations

import json
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
from deskbell.monitoring.intake.pagerduty.answering import dedup_key

TRIGGER, ACKNOWLEDGE, RESOLVE = "trigger", "acknowledge", "resolve"
LABELS = ("source", "component", "group", "class")


def read(arrived: Arrived) -> Reading:
    """The one alert of an event. An acknowledgement by a machine is none: only a person's counts.

    Events follow each other as they came: only a trigger may carry the sender's time, so that can't be held
    against the end of the episode before. It is shown.
    """
    document = _as_v2(json_object(arrived.content))
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


def _as_v2(document: dict[str, Any]) -> dict[str, Any]:
    """An event of version 1, whose `service_key` it was taken by, in the terms of version 2."""
    if document.get("routing_key") or "event_type" not in document:
        return document
    contexts = document.get("contexts")
    links = contexts if isinstance(contexts, list) else []
    return {
        "event_action": document["event_type"],
        "dedup_key": dedup_key(document),
        "client": document.get("client"),
        "client_url": document.get("client_url"),
        "links": [each for each in links if isinstance(each, dict) and each.get("href")],
        "payload": {
            "summary": document.get("description"),
            "source": document.get("client"),
            "custom_details": document.get("details"),
        },
    }


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
