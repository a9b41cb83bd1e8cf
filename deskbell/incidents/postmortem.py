"""What was learned: a postmortem begins from the timeline, is written by people, and can be published.

Its texts are plain: whoever shows them escapes them (`to_html`). A published one doesn't change under its
readers: it is taken back first.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from deskbell.incidents import impact
from deskbell.incidents.events import IncidentChanged, Kind, append, changing
from deskbell.incidents.models import Incident, Postmortem
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.lib.text import plain
from deskbell.look.words import day, hour, zone_name
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent

LONGEST = 20_000
PARTS = {
    "what_happened": "What happened",
    "impact": "Impact",
    "causes": "Causes",
    "actions": "What we do about it",
}


def begin(incident: Incident, *, by: Agent) -> Postmortem:
    """Begin it with what the timeline says and what was suffered; the one that there is, if there is one.
    Raises Refused while the incident goes on."""
    with changing(incident) as locked:
        if known := Postmortem.objects.filter(incident=locked).first():
            return known
        if locked.is_open:
            raise Refused("The incident goes on. Write its postmortem when it is resolved.")
        made = Postmortem.objects.create(
            incident=locked,
            what_happened=what_happened(locked),
            impact=impact.in_words(locked),
            causes=_cause(locked),
            written_by=by,
        )
        event = append(locked, Kind.POSTMORTEM, by=by.person, published=False)
        tell(IncidentChanged(locked, event))
    return made


def write(incident: Incident, part: str, text: str, *, by: Agent) -> Postmortem:
    """Keep what was written in one of PARTS. Raises Refused for a text too long, or once it is published."""
    if part not in PARTS:
        raise Refused("There is no such part of a postmortem.")
    text = plain(text)
    if len(text) > LONGEST:
        raise Refused(f"{PARTS[part]}: at most {LONGEST:,} letters. Make it shorter.")
    with changing(incident) as locked:
        found = _of(locked)
        if found.published_at is not None:
            raise Refused("Customers read it now. Take it back to change it.")
        setattr(found, part, text)
        found.written_by, found.changed_at = by, clock.now()
        found.save(update_fields=[part, "written_by", "changed_at"])
    return found


def publish(incident: Incident, *, by: Agent) -> Postmortem:
    """Let customers read it on the status page. Raises Refused while it says nothing, or while customers
    know nothing of the incident itself."""
    with changing(incident) as locked:
        found = _of(locked)
        if found.published_at is not None:
            return found
        if not locked.is_told:
            raise Refused("Customers know nothing of this incident: no update was published.")
        if not (found.what_happened.strip() and found.causes.strip() and found.actions.strip()):
            raise Refused("Say what happened, why, and what you do about it. Then publish it.")
        _set_published(locked, found, clock.now(), by)
    return found


def take_back(incident: Incident, *, by: Agent) -> Postmortem:
    """Customers no longer read it, and it can be changed."""
    with changing(incident) as locked:
        found = _of(locked)
        if found.published_at is not None:
            _set_published(locked, found, None, by)
    return found


def what_happened(incident: Incident) -> str:
    """The timeline as dated lines, by the desk's clock: signs, the declaration, what was told, the end."""
    zone, lines, today = the_desk().zone, [], ""
    for at, text in sorted(_course(incident), key=lambda line: line[0]):
        if (date := day(at, zone)) != today:
            lines.append(f"{date} ({zone_name(zone)})")
            today = date
        lines.append(f"{hour(at, zone)}  {text}")
    return "\n".join(lines)


def _course(incident: Incident) -> Iterator[tuple[datetime, str]]:
    yield incident.started_at, "It begins."
    for alert in incident.alerts.order_by("started_at", "pk")[:50]:
        yield alert.started_at, f"Alert: {alert.title}"
        if alert.ended_at:
            yield alert.ended_at, f"Over: {alert.title}"
    yield incident.declared_at, f"The incident is declared: {incident.title}"
    for update in incident.updates.order_by("id"):
        first = " ".join(update.text.split())
        yield update.at, f"{update.get_phase_display()}: {first[:200]}{'…' * (len(first) > 200)}"


def _cause(incident: Incident) -> str:
    cause = incident.cause
    return f"{cause.vendor}: {cause.title}\n{cause.address}".strip() if cause else ""


def _of(incident: Incident) -> Postmortem:
    found = Postmortem.objects.filter(incident=incident).first()
    if found is None:
        raise Refused("There is no postmortem yet. Begin it first.")
    return found


def _set_published(incident: Incident, found: Postmortem, at: datetime | None, by: Agent) -> None:
    found.published_at = at
    found.save(update_fields=["published_at"])
    event = append(
        incident, Kind.POSTMORTEM, by=by.person, published=at is not None, back=at is None
    )
    tell(IncidentChanged(incident, event))
