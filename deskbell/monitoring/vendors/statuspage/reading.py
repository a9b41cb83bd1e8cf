"""Reading `summary.json`: components, unresolved incidents, the page's own indicator. Clones leave out
what they like."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from deskbell.lib import clock
from deskbell.monitoring.vendors.normal import (
    MOST_PARTS,
    MOST_UPDATES,
    Part,
    Reading,
    State,
    Trouble,
    Unreadable,
    Update,
    as_address,
    as_instant,
    as_list,
    as_text,
)

STATES = {
    "operational": State.OPERATIONAL,
    "degraded_performance": State.DEGRADED,
    "partial_outage": State.PARTIAL_OUTAGE,
    "major_outage": State.MAJOR_OUTAGE,
    "under_maintenance": State.MAINTENANCE,
}
INDICATORS = {
    "none": State.OPERATIONAL,
    "minor": State.DEGRADED,
    "major": State.PARTIAL_OUTAGE,
    "critical": State.MAJOR_OUTAGE,
    "maintenance": State.MAINTENANCE,
}
OVER = {"resolved", "postmortem", "completed"}


def read(content: bytes) -> Reading:
    """What a `summary.json` says. Raises Unreadable."""
    try:
        summary = json.loads(content)
    except (ValueError, RecursionError):
        raise Unreadable("It is no JSON.") from None
    if not isinstance(summary, dict) or not {"components", "status", "incidents"} & summary.keys():
        raise Unreadable("It has no components, no status and no incidents: is it a summary.json?")
    parts = _parts(summary)
    troubles = [
        _trouble(each, graded=not parts)
        for each in as_list(summary.get("incidents"))
        if as_text(each.get("id")) and as_text(each.get("name"))
    ]
    if not parts:
        parts = _page(summary)
    return Reading(tuple(parts), tuple(troubles), complete=True)


def _parts(summary: Mapping[str, Any]) -> list[Part]:
    """The components, without those that only group others. A status we don't know is unknown."""
    return [
        Part(
            as_text(each.get("id"), 100),
            as_text(each.get("name"), 200),
            STATES.get(as_text(each.get("status")), State.UNKNOWN),
        )
        for each in as_list(summary.get("components"))[:MOST_PARTS]
        if not each.get("group") and as_text(each.get("name"))
    ]


def _page(summary: Mapping[str, Any]) -> list[Part]:
    """A page without components is one part: the page."""
    status, page = summary.get("status"), summary.get("page")
    indicator = status.get("indicator") if isinstance(status, dict) else None
    name = as_text(page.get("name"), 200) if isinstance(page, dict) else ""
    if not isinstance(indicator, str):
        return []
    return [Part("page", name or "Everything", INDICATORS.get(indicator, State.UNKNOWN))]


def _trouble(each: Mapping[str, Any], *, graded: bool) -> Trouble:
    """An incident. It is `graded` itself only where no component says how bad it is."""
    impact, state = as_text(each.get("impact"), 50), as_text(each.get("status"), 50)
    updates = [_update(one) for one in as_list(each.get("incident_updates"))[:MOST_UPDATES]]
    started = as_instant(each.get("started_at")) or as_instant(each.get("created_at"))
    resolved = as_instant(each.get("resolved_at"))
    return Trouble(
        key=as_text(each.get("id"), 300),
        title=as_text(each.get("name"), 500),
        started=started or _first(updates),
        ended=(resolved or clock.now()) if state in OVER else None,
        state=state,
        impact=impact,
        gravity=INDICATORS.get(impact) if graded else None,
        address=as_address(each.get("shortlink")),
        updates=tuple(updates),
        parts=tuple(
            (as_text(one.get("name")), as_text(one.get("id")))
            for one in as_list(each.get("components"))
        ),
    )


def _update(each: Mapping[str, Any]) -> Update:
    at = as_instant(each.get("display_at")) or as_instant(each.get("created_at"))
    return Update(at or clock.now(), as_text(each.get("status"), 50), as_text(each.get("body")))


def _first(updates: list[Update]) -> datetime:
    return min((each.at for each in updates), default=clock.now())
