"""The same as JSON in the shape of Statuspage's API v2, so that what reads those reads this.

Ids are strings that never change: the component's own key, `service-3`, `incident-42`, `maintenance-7`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import Q

from deskbell.incidents.models import Incident
from deskbell.incidents.status_page import stories
from deskbell.incidents.status_page.audience import PUBLIC, Audience
from deskbell.incidents.status_page.board import Board, Shown
from deskbell.incidents.status_page.stories import Story, Window
from deskbell.incidents.uptime import State
from deskbell.monitoring.models import Component, Service

MOST = 50  # incidents, as Statuspage has it
PAGE_ID = "deskbell"
STATES = {
    State.OPERATIONAL: "operational",
    State.NOT_WATCHED: "operational",
    State.DEGRADED: "degraded_performance",
    State.PARTIAL_OUTAGE: "partial_outage",
    State.MAJOR_OUTAGE: "major_outage",
    State.MAINTENANCE: "under_maintenance",
    # There is no word for it there, and it must not read as well: programs that don't know it say unknown.
    State.UNKNOWN: "unknown",
}
INDICATORS = {
    State.DEGRADED: "minor",
    State.PARTIAL_OUTAGE: "major",
    State.MAJOR_OUTAGE: "critical",
    State.MAINTENANCE: "maintenance",
    State.UNKNOWN: "minor",
}
IMPACTS = {"critical": "critical", "major": "major", "minor": "minor"}
STANDINGS = {
    "planned": "scheduled",
    "active": "in_progress",
    "over": "completed",
    "cancelled": "completed",
}


def documents(audience: Audience, board: Board, now: datetime) -> Mapping[str, bytes]:
    """Each document by its path."""
    head = {"page": _page(audience, now)}
    status = {"status": _status(board)}
    components = {"components": _components(board)}
    by_key = {each.component.key: _component(each, at) for at, each in enumerate(board.shown)}
    rows = Incident.objects.filter(audience.incidents()).order_by("-started_at", "-number")
    told = [_incident(each, by_key) for each in stories.stories(audience, "en", rows[:MOST])]
    going_on = [_incident(each, by_key) for each in stories.open_stories(audience, "en")]
    every = stories.windows(audience, "en", Q(cancelled_at=None), "-starts_at")[:MOST]
    active, planned = stories.current_windows(audience, "en")
    windows = {
        name: [_window(each, audience, by_key) for each in some]
        for name, some in (("all", every), ("active", active), ("upcoming", planned))
    }
    ahead = windows["active"] + windows["upcoming"]
    found: dict[str, dict[str, Any]] = {
        "summary": {
            **components,
            "incidents": going_on,
            "scheduled_maintenances": ahead,
            **status,
        },
        "status": status,
        "components": components,
        "incidents": {"incidents": told},
        "incidents/unresolved": {"incidents": going_on},
        "scheduled-maintenances": {"scheduled_maintenances": windows["all"]},
        "scheduled-maintenances/upcoming": {"scheduled_maintenances": windows["upcoming"]},
        "scheduled-maintenances/active": {"scheduled_maintenances": windows["active"]},
    }
    return {
        f"api/v2/{name}.json": json.dumps(head | body, ensure_ascii=False).encode()
        for name, body in found.items()
    }


def _page(audience: Audience, now: datetime) -> dict[str, Any]:
    return {
        "id": PAGE_ID,
        "name": audience.name,
        "url": f"{settings.DESK_URL}{PUBLIC}",
        "time_zone": audience.zone,
        "updated_at": _instant(now),
    }


def _status(board: Board) -> dict[str, str]:
    indicator = INDICATORS.get(State(board.state), "none")
    return {"indicator": indicator, "description": board.sentence}


def _components(board: Board) -> list[dict[str, Any]]:
    """Groups and their components, as one list."""
    found, place = [], 0
    for number, group in enumerate(board.groups):
        found.append(_group(group.service, number, [each.component for each in group.shown]))
        for each in group.shown:
            found.append(_component(each, place))
            place += 1
    return found


def _group(service: Service, place: int, inside: Sequence[Component]) -> dict[str, Any]:
    return {
        "id": _group_id(service.pk),
        "name": service.name,
        "description": service.description or None,
        "status": "operational",
        "position": place + 1,
        "group": True,
        "group_id": None,
        "page_id": PAGE_ID,
        "showcase": False,
        "only_show_if_degraded": False,
        "components": [each.key for each in inside],
    }


def _component(shown: Shown, place: int) -> dict[str, Any]:
    component = shown.component
    return {
        "id": component.key,
        "name": component.name,
        "description": component.description or None,
        "status": STATES[State(shown.state)],
        "position": place + 1,
        "created_at": _instant(component.created_at),
        "updated_at": _instant(component.state_since),
        "start_date": f"{component.created_at:%F}",
        "group": False,
        "group_id": _group_id(component.service_id),
        "page_id": PAGE_ID,
        "showcase": True,
        "only_show_if_degraded": False,
    }


def _incident(story: Story, components: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    incident, name = story.incident, f"incident-{story.incident.pk}"
    updates = [_update(told, name) for told in story.updates]
    watching = [each for each in story.updates if each.update.phase == "monitoring"]
    return {
        "id": name,
        "name": story.title,
        "status": "postmortem" if story.postmortem else str(story.phase),
        "impact": IMPACTS[story.severity],
        "created_at": _instant(story.first_told_at),
        "updated_at": updates[0]["created_at"],
        "started_at": _instant(incident.started_at),
        "monitoring_at": _instant(watching[0].update.at) if watching else None,
        "resolved_at": _instant(story.resolved_at) if story.resolved_at else None,
        "shortlink": settings.DESK_URL + story.path,
        "page_id": PAGE_ID,
        "incident_updates": updates,
        "components": [
            components[each["key"]] for each in story.concerned if each["key"] in components
        ],
    }


def _update(told: stories.Told, incident: str) -> dict[str, Any]:
    at = _instant(told.update.at)
    return {
        "id": f"update-{told.update.pk}",
        "incident_id": incident,
        "status": str(told.update.phase),
        "body": told.text,
        "created_at": at,
        "updated_at": at,
        "display_at": at,
        "affected_components": [
            {"code": each["key"], "name": each["name"], "new_status": STATES[State(each["state"])]}
            for each in told.components
        ],
    }


def _window(
    entry: Window, audience: Audience, components: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    window, name = entry.window, f"maintenance-{entry.window.pk}"
    at = _instant(window.opened_at or window.made_at)
    status = STANDINGS[entry.standing]
    update = {
        "id": f"{name}-update",
        "incident_id": name,
        "status": status,
        "body": window.text or window.title,
        "created_at": at,
        "updated_at": at,
        "display_at": at,
        "affected_components": [],
    }
    keys = [each.key for each in window.components.all() if each.pk in audience.keys]
    return {
        "id": name,
        "name": window.title,
        "status": status,
        "impact": "maintenance",
        "created_at": _instant(window.made_at),
        "updated_at": at,
        "started_at": _instant(window.starts_at),
        "monitoring_at": None,
        "resolved_at": _instant(entry.ends_at) if entry.standing == "over" else None,
        "scheduled_for": _instant(window.starts_at),
        "scheduled_until": _instant(window.ends_at),
        "shortlink": settings.DESK_URL + entry.path,
        "page_id": PAGE_ID,
        "incident_updates": [update],
        "components": [components[key] for key in keys if key in components],
    }


def _group_id(service: int) -> str:
    return f"service-{service}"


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
