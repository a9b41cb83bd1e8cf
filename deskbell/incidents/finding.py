"""What a search can ask of incidents: `incident:12`, `incident:any`."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from deskbell.incidents.models import IncidentTicket
from deskbell.lib.errors import Refused
from deskbell.lib.numbers import whole
from deskbell.tickets.finding.filters import Asker, Filter


def _incident(value: str, asker: Asker) -> Q:
    joined = IncidentTicket.objects.filter(ticket=OuterRef("pk"), state=IncidentTicket.State.JOINED)
    if value.lower() == "any":
        return Q(Exists(joined))
    number = whole(value.removeprefix("#"))
    if number is None:
        raise Refused("An incident is found by its number, as in incident:12, or by incident:any.")
    return Q(Exists(joined.filter(incident=number)))


FILTERS = {"incident": Filter("its number, or any", _incident, lambda begun: ("any",))}
