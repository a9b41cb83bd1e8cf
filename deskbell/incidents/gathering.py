"""What comes in while an incident is open and looks like a part of it: alerts join, tickets are proposed."""

from __future__ import annotations

import logging
from datetime import datetime

from deskbell.incidents.alike import words
from deskbell.incidents.alike.signs import Written, new_for, read, usual
from deskbell.incidents.events import IncidentChanged, Kind, append, changing
from deskbell.incidents.models import Incident, IncidentTicket
from deskbell.lib.savepoints import by_itself
from deskbell.lib.telling import tell
from deskbell.monitoring.models import Alert
from deskbell.people.models import Agent, Notice
from deskbell.people.notices import notify
from deskbell.tickets.models import Channel, Ticket

MOST_INCIDENTS = 20  # open ones that are looked at, the newest
SAMPLE = 100  # joined tickets whose words are known
log = logging.getLogger(__name__)


def gather(since: datetime) -> None:
    """Give every open incident what came since then and looks like its own, each in a transaction of its
    own: none is locked while the others are looked at, and what goes wrong with one stops none."""
    for incident in Incident.objects.open().filter(demo=False).order_by("-number")[:MOST_INCIDENTS]:
        with by_itself(log, "Incident %s got nothing of what came", incident.pk):
            gather_for(incident, since)


def gather_for(incident: Incident, since: datetime) -> None:
    """Join new alerts of its components, and propose new tickets of concerned districts, each with why."""
    alerts = list(_alerts(incident, since))
    proposed = list(_tickets(incident, since))
    if not (alerts or proposed):
        return
    with changing(incident) as locked:
        if not locked.is_open:
            return
        if alerts:
            _join_alerts(locked, alerts)
        if proposed:
            _propose(locked, proposed)


def _alerts(incident: Incident, since: datetime) -> list[Alert]:
    rows = Alert.objects.open().filter(
        component__concerned_by__incident=incident, received_at__gt=since, is_drill=False
    )
    return list(rows.exclude(incidents=incident).select_related("ticket").order_by("id"))


def _join_alerts(incident: Incident, alerts: list[Alert]) -> None:
    incident.alerts.add(*alerts)
    tickets = {alert.ticket_id for alert in alerts if alert.ticket_id}
    IncidentTicket.objects.bulk_create(
        [
            IncidentTicket(incident=incident, ticket_id=number, state=IncidentTicket.State.JOINED)
            for number in sorted(tickets)
        ],
        ignore_conflicts=True,
    )
    event = append(
        incident,
        Kind.ALERT,
        alerts=[alert.pk for alert in alerts],
        titles=[alert.title for alert in alerts[:5]],
    )
    tell(IncidentChanged(incident, event))


def _tickets(incident: Incident, since: datetime) -> list[tuple[Written, str]]:
    """New tickets that look alike, with the reason."""
    new = new_for(incident, since)
    if not new:
        return []
    sign = _Likeness(incident)
    return [(each, reason) for each in new if (reason := sign.reason(each))]


def _propose(incident: Incident, found: list[tuple[Written, str]]) -> None:
    made = IncidentTicket.objects.bulk_create(
        [
            IncidentTicket(
                incident=incident,
                ticket=each.ticket,
                state=IncidentTicket.State.PROPOSED,
                reason=reason[:300],
            )
            for each, reason in found
        ],
        ignore_conflicts=True,
    )
    event = append(incident, Kind.PROPOSED, tickets=[row.ticket_id for row in made])
    tell(IncidentChanged(incident, event))
    if incident.lead:
        _say(incident, incident.lead)


def _say(incident: Incident, lead: Agent) -> None:
    """The lead hears that there are some, once until they have read it: never once for each ticket."""
    path = f"/incidents/{incident.pk}#tickets"
    if Notice.objects.filter(recipient=lead, path=path, read_at=None).exists():
        return
    text = f"New tickets look like a part of incident {incident.pk}: {incident.title}"
    notify([lead], text, path=path, by_mail=False)


class _Likeness:
    """What a ticket has to say to look like a part of the incident."""

    def __init__(self, incident: Incident) -> None:
        self._usual = usual(incident.declared_at)
        self._title = words.telling(incident.title, self._usual)
        joined = incident.tickets.filter(state=IncidentTicket.State.JOINED)
        rows = Ticket.objects.filter(pk__in=joined.values("ticket")).exclude(channel=Channel.ALERT)
        people = rows.select_related("district", "school", "requester").order_by("-number")
        self._joined = read(list(people[:SAMPLE]), self._usual)
        self._core = words.core_of(each.telling for each in self._joined)
        self._components = {
            name: set(words.words_of(name))
            for name in incident.concerned.values_list("component__name", flat=True)
        }

    def reason(self, written: Written) -> str:
        """Why it looks alike, as a sentence; empty if it doesn't."""
        has = set(written.telling)
        for shared, of in ((self._core, self._so_many()), (self._title, "the incident")):
            common = [word for word in shared if word in has]
            if len(common) >= 2:
                return f"Says {words.said(common, [written.text])} like {of}"
        everything = set(words.words_of(written.text))
        named = [
            name for name, wanted in self._components.items() if wanted and wanted <= everything
        ]
        return f"Names {' and '.join(named)}" if named else ""

    def _so_many(self) -> str:
        count = len(self._joined)
        return f"{count} tickets of the incident" if count != 1 else "a ticket of the incident"
