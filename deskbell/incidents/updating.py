"""One update, told once: to the page, the subscribers, each joined ticket and the bubble (K11).

All of it is one transaction: everybody is told, or nobody is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from deskbell.incidents import affected
from deskbell.incidents.declaring import put_components
from deskbell.incidents.events import IncidentChanged, Kind, UpdatePublished, append, changing
from deskbell.incidents.models import (
    Incident,
    IncidentTicket,
    IncidentUpdate,
    Phase,
    Severity,
    Wording,
)
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.lib.text import plain
from deskbell.look.words import moment
from deskbell.monitoring.models import Component
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent, District
from deskbell.realtime.wake import wake
from deskbell.tickets.broadcasting import broadcast

LONGEST = 5000
FURTHEST = timedelta(days=7)
# How soon the next update is promised if nobody says otherwise: as the periodic update by impact.
USUAL_NEXT = {
    Severity.CRITICAL: timedelta(hours=1),
    Severity.MAJOR: timedelta(hours=4),
    Severity.MINOR: timedelta(hours=11),
}


@dataclass(frozen=True)
class Draft:
    """An update before it is told. `key` names the form it was written in: sent twice, it is one.

    `components` maps each that is concerned to its state; None leaves them as they are. `wordings` are
    other words for districts, by their keys. `next_update_at` is a promise, or None for none.
    """

    key: str
    phase: str
    text: str
    text_es: str = ""
    next_update_at: datetime | None = None
    components: Mapping[Component, str] | None = None
    wordings: Mapping[int, str] = field(default_factory=dict)


def publish(incident: Incident, draft: Draft, *, by: Agent) -> IncidentUpdate:
    """Tell everyone whom the incident concerns. Returns the update. Raises Refused: nobody is told then."""
    draft = _plain(draft)
    _check(draft)
    with changing(incident) as locked:
        if known := IncidentUpdate.objects.filter(key=draft.key).first():
            return known
        if not locked.is_open:
            raise Refused("The incident is resolved. Reopen it to tell something new.")
        if draft.components is not None:
            put_components(locked, draft.components)
            affected.work_out(locked)
        if draft.phase == Phase.RESOLVED:
            locked.concerned.update(state=Component.State.OPERATIONAL)
        update = _write(locked, draft, by)
        _take_over(locked, update)
        event = append(
            locked, Kind.UPDATE, by=by.person, update=update.pk, phase=draft.phase, at=update.at
        )
        if update.phase == Phase.RESOLVED:
            append(locked, Kind.RESOLVED, by=by.person, at=update.at)
        _tell_tickets(locked, update, by)
        tell(UpdatePublished(locked, event, update))
        wake("owed-updates")
    return update


def reopen(incident: Incident, *, by: Agent) -> Incident:
    """It was not over: it goes on, with what is known of it. Customers hear of it with the next update."""
    with changing(incident) as locked:
        if locked.is_open:
            return locked
        locked.resolved_at, locked.phase = None, Phase.INVESTIGATING
        locked.save(update_fields=["resolved_at", "phase"])
        event = append(locked, Kind.REOPENED, by=by.person)
        tell(IncidentChanged(locked, event))
    return locked


def words_for(update: IncidentUpdate, district: District | None) -> str:
    """What someone of this district reads in their ticket: in their words, and their zone."""
    return words_of(told_to(update, district), update.next_update_at, district)


def words_of(text: str, next_update_at: datetime | None, district: District | None) -> str:
    """An update's text with its promise, by the clock of the district, or of the desk where there is none."""
    if next_update_at is None:
        return text
    zone = district.zone if district else the_desk().zone
    return f"{text}\n\nNext update by {moment(next_update_at, zone)}."


def told_to(update: IncidentUpdate, district: District | None) -> str:
    """What a district reads, which may be in words of its own."""
    wordings = update.wordings.all() if district else ()
    own = (each.text for each in wordings if district and each.district_id == district.pk)
    return next(own, update.text)


def latest(incident: Incident) -> IncidentUpdate | None:
    """What was told last."""
    return incident.updates.prefetch_related("wordings").order_by("-id").first()


def _plain(draft: Draft) -> Draft:
    """Without the characters that would stop a feed, whatever was pasted into it."""
    return replace(
        draft,
        text=plain(draft.text),
        text_es=plain(draft.text_es),
        wordings={district: plain(text) for district, text in draft.wordings.items()},
    )


def _check(draft: Draft) -> None:
    if draft.phase not in Phase.values:
        raise Refused("Choose how far you are: investigating, identified, monitoring or resolved.")
    if not draft.text.strip():
        raise Refused("Write what customers should know.")
    texts = (draft.text, draft.text_es, *draft.wordings.values())
    if any(len(text) > LONGEST for text in texts):
        raise Refused(f"An update is at most {LONGEST:,} letters long. Make it shorter.")
    if draft.phase == Phase.RESOLVED or draft.next_update_at is None:
        return
    if draft.next_update_at <= clock.now():
        raise Refused("The next update would be late already. Promise it for later than now.")
    if draft.next_update_at > clock.now() + FURTHEST:
        raise Refused("Promise the next update within seven days.")


def _write(incident: Incident, draft: Draft, by: Agent) -> IncidentUpdate:
    is_last = draft.phase == Phase.RESOLVED
    update = IncidentUpdate.objects.create(
        incident=incident,
        phase=draft.phase,
        text=draft.text.strip(),
        text_es=draft.text_es.strip(),
        at=max(clock.now(), incident.updated_at),
        by=by,
        next_update_at=None if is_last else draft.next_update_at,
        components=_as_told(incident),
        title=incident.title,
        severity=incident.severity,
        for_everyone=incident.for_everyone,
        districts=[] if incident.for_everyone else _keys(incident),
        key=draft.key,
    )
    Wording.objects.bulk_create(
        Wording(update=update, district_id=district, text=text.strip())
        for district, text in draft.wordings.items()
        if text.strip()
    )
    return update


def _keys(incident: Incident) -> list[int]:
    return list(incident.districts.order_by("pk").values_list("pk", flat=True))


def _as_told(incident: Incident) -> list[dict[str, str]]:
    rows = incident.concerned.select_related("component").order_by("component__place", "pk")
    return [
        {"key": row.component.key, "name": row.component.name, "state": row.state} for row in rows
    ]


def _take_over(incident: Incident, update: IncidentUpdate) -> None:
    incident.phase = update.phase
    incident.told_at = incident.told_at or update.at
    incident.next_update_at, incident.reminded = update.next_update_at, 0
    if update.phase == Phase.RESOLVED:
        incident.resolved_at = update.at
    incident.save(update_fields=["phase", "told_at", "next_update_at", "reminded", "resolved_at"])


def _tell_tickets(incident: Incident, update: IncidentUpdate, by: Agent) -> None:
    joined = incident.tickets.filter(state=IncidentTicket.State.JOINED)
    rows = list(joined.select_related("ticket__district"))
    update = IncidentUpdate.objects.prefetch_related("wordings").get(pk=update.pk)
    texts = {row.ticket_id: words_for(update, row.ticket.district) for row in rows}
    messages = broadcast(texts, by=by, incident=incident.pk, update=update.pk)
    reached = [row.pk for row in rows if row.ticket_id in messages]
    IncidentTicket.objects.filter(pk__in=reached).update(told=update)
