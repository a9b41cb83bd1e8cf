"""Known trouble first: what a visitor reads before typing anything, while an incident goes on.

Of visitors whom no site has proved the desk does not know the district: they read what the public status
page says, and that is what concerns everyone. An address that a visitor leaves proves nothing, and
changes nothing here.
"""

from __future__ import annotations

import json
from typing import Any

from deskbell.chat.models import Visit, Visitor
from deskbell.incidents import affected
from deskbell.incidents.events import UpdatePublished
from deskbell.incidents.models import Incident, IncidentUpdate, Phase
from deskbell.incidents.updating import told_to
from deskbell.people.models import District
from deskbell.realtime.publish import publish_many

EVENT, EVERYONE = "trouble", "trouble"


def district_of(visitor: Visitor | None, visit: Visit | None) -> District | None:
    """The district that a site has proved, else the conversation's, if the team knows it; not by what the
    visitor says."""
    if visitor is None:
        return None
    if visitor.identity:
        return visitor.identity.district
    return None if visit is None or visitor.address else visit.ticket.district


def topics_of(district: District | None) -> list[str]:
    """Where someone of this district, or of no known one, hears of trouble."""
    return [EVERYONE, _topic(district.pk)] if district else [EVERYONE]


def known_trouble(district: District | None) -> list[dict[str, Any]]:
    """The open incidents of which something was told, the newest first: those that concern the district."""
    incidents = affected.open_for(district)
    latest = {
        update.incident_id: update
        for update in IncidentUpdate.objects.filter(
            affected.told_to(district), incident__in=incidents
        )
        .order_by("incident", "-id")
        .distinct("incident")
        .prefetch_related("wordings")
    }
    return [
        drawn(each, latest[each.pk], district)
        for each in incidents
        if _goes_on(latest.get(each.pk))
    ]


def _goes_on(latest: IncidentUpdate | None) -> bool:
    """Told to be over, it is, until more is told: though the team has reopened it."""
    return latest is not None and latest.phase != Phase.RESOLVED


def push(fact: UpdatePublished) -> None:
    """Tell every open bubble that it concerns; a district's own words come after those for everyone."""
    update = IncidentUpdate.objects.prefetch_related("wordings__district").get(pk=fact.update.pk)
    incident = fact.incident
    told, districts = [], list(incident.districts.all())
    if incident.for_everyone:
        told = [(EVERYONE, EVENT, json.dumps(drawn(incident, update, None)))]
        districts = [wording.district for wording in update.wordings.all()]
    told += [
        (_topic(each.pk), EVENT, json.dumps(drawn(incident, update, each))) for each in districts
    ]
    publish_many(told)


def drawn(incident: Incident, update: IncidentUpdate, district: District | None) -> dict[str, Any]:
    """An incident as the bubble reads it: text alone. `next` is when more is promised, if it is."""
    return {
        "number": incident.pk,
        "title": update.title,
        "phase": update.phase,
        "open": incident.is_open,
        "text": told_to(update, district),
        "at": update.at.isoformat(),
        "next": update.next_update_at.isoformat() if update.next_update_at else None,
    }


def _topic(district: int) -> str:
    return f"trouble:{district}"
