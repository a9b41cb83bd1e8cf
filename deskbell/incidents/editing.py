"""What a person corrects or decides on an incident: its facts, its components, its districts, its roles.

Nobody outside the team is told anything by these; customers hear of it with the next update (K11).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from deskbell.incidents import affected
from deskbell.incidents.declaring import put_components
from deskbell.incidents.events import IncidentChanged, Kind, append, changing
from deskbell.incidents.models import Incident, Severity
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.lib.text import plain
from deskbell.monitoring.models import Component
from deskbell.people.models import Agent, District
from deskbell.people.notices import notify

LONGEST_TITLE, LONGEST_NOTE = 200, 5000


class Role(StrEnum):
    """Who does what while it lasts. The names are those of the incident's fields."""

    LEAD = "lead"
    COMMUNICATIONS = "communications"

    @property
    def words(self) -> str:
        """As it stands in a sentence."""
        return "the lead" if self is Role.LEAD else "communications"


def retitle(incident: Incident, title: str, *, by: Agent) -> None:
    """Give it another title, which customers read from the next update on. Raises Refused."""
    title = " ".join(plain(title).split())
    if not title:
        raise Refused("Give it a title that customers understand.")
    if len(title) > LONGEST_TITLE:
        raise Refused("The title is too long: 200 letters at most.")
    with changing(incident) as locked:
        if title != locked.title:
            was, locked.title = locked.title, title
            locked.save(update_fields=["title"])
            _tell(locked, Kind.TITLE, by, was=was, to=title)


def set_severity(incident: Incident, severity: str, *, by: Agent) -> None:
    """Judge anew how bad it is. Raises Refused."""
    if severity not in Severity.values:
        raise Refused("Choose how bad it is: critical, major or minor.")
    with changing(incident) as locked:
        if severity != locked.severity:
            was, locked.severity = locked.severity, severity
            locked.save(update_fields=["severity"])
            _tell(locked, Kind.SEVERITY, by, was=was, to=severity)


def set_started(incident: Incident, at: datetime, *, by: Agent) -> None:
    """Correct when the trouble began. Raises Refused."""
    with changing(incident) as locked:
        if at > clock.now() or (locked.resolved_at and at > locked.resolved_at):
            raise Refused("It can’t have begun after now, or after its end.")
        if at != locked.started_at:
            was, locked.started_at = locked.started_at, at
            locked.save(update_fields=["started_at"])
            _tell(locked, Kind.STARTED, by, was=was.isoformat(), to=at.isoformat())


def set_components(incident: Incident, components: Mapping[Component, str], *, by: Agent) -> None:
    """Say which components it concerns, and how each stands; the districts follow, unless they were
    chosen by hand. Raises Refused."""
    with changing(incident) as locked:
        was = _states(locked)
        put_components(locked, components)
        affected.work_out(locked)
        now = _states(locked)
        if was != now:
            _tell(locked, Kind.COMPONENTS, by, was=was, to=now)


def set_districts(
    incident: Incident, districts: Iterable[District], *, everyone: bool, by: Agent
) -> None:
    """Choose by hand whom it concerns: everyone, or these. From then on nothing is worked out.
    Raises Refused."""
    chosen = list(districts)
    if not everyone and not chosen:
        raise Refused("Choose one district at least, or everyone.")
    with changing(incident) as locked:
        locked.for_everyone, locked.districts_chosen = everyone, True
        locked.save(update_fields=["for_everyone", "districts_chosen"])
        locked.districts.set([] if everyone else chosen)
        _tell(locked, Kind.DISTRICTS, by, **_whom(locked))


def work_out_districts(incident: Incident, *, by: Agent) -> None:
    """Let the districts follow from the components again."""
    with changing(incident) as locked:
        if locked.districts_chosen:
            locked.districts_chosen = False
            locked.save(update_fields=["districts_chosen"])
            affected.work_out(locked)
            _tell(locked, Kind.DISTRICTS, by, worked_out=True, **_whom(locked))


def give(incident: Incident, role: Role, to: Agent | None, *, by: Agent) -> None:
    """Take a role over, hand it over, or leave it to nobody. Who gets it from someone else is told."""
    with changing(incident) as locked:
        if getattr(locked, f"{role}_id") == (to.pk if to else None):
            return
        setattr(locked, role, to)
        locked.save(update_fields=[role])
        name = str(to) if to else ""
        _tell(locked, Kind(role), by, to=to.pk if to else None, name=name)
        if to and to != by:
            text = f"{by} gave you {role.words} of incident {locked.number}: {locked.title}"
            notify([to], text, path=f"/incidents/{locked.number}", urgent=True)


def note(incident: Incident, text: str, *, by: Agent) -> None:
    """Write something down for the team. Raises Refused."""
    text = plain(text).strip()
    if not text:
        raise Refused("Write something first.")
    if len(text) > LONGEST_NOTE:
        raise Refused("A note is at most 5,000 letters of plain text. Make it shorter.")
    with changing(incident) as locked:
        _tell(locked, Kind.NOTE, by, text=text)


def _tell(locked: Incident, kind: Kind, by: Agent, **data: Any) -> None:
    tell(IncidentChanged(locked, append(locked, kind, by=by.person, **data)))


def _states(incident: Incident) -> dict[str, str]:
    rows = incident.concerned.select_related("component").order_by("component__place", "pk")
    return {row.component.name: row.get_state_display() for row in rows}


def _whom(incident: Incident) -> dict[str, Any]:
    if incident.for_everyone:
        return {"everyone": True, "districts": []}
    names = incident.districts.order_by("name").values_list("name", flat=True)
    return {"everyone": False, "districts": list(names)}
