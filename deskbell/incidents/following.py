"""Where a ticket goes, its place in an incident goes along: merged away, it is the survivor's."""

from __future__ import annotations

from deskbell.incidents.models import IncidentTicket
from deskbell.tickets.events import Kind, Merged

State = IncidentTicket.State
WEIGHT = [State.LEFT, State.PROPOSED, State.JOINED]  # of two places the one that says more


def merged(fact: Merged) -> None:
    """Let the ticket that took another one in take its places too. What is joined stays joined; whoever has
    heard an update by one of them has heard it by both.

    The merged ticket keeps its own, so that taken apart again it has what it had; it is closed until then,
    and neither told nor solved. Incidents aren't locked here: the tickets are already.
    """
    if fact.event.kind != Kind.MERGED_IN:
        return
    places = IncidentTicket.objects.filter(ticket=fact.event.data["of"])
    own = {row.incident_id: row for row in IncidentTicket.objects.filter(ticket=fact.ticket)}
    for place in places.select_related("told"):
        here = own.get(place.incident_id)
        if here is None:
            IncidentTicket.objects.create(
                incident_id=place.incident_id,
                ticket=fact.ticket,
                state=place.state,
                reason=place.reason,
                by_id=place.by_id,
                told=place.told,
            )
            continue
        if WEIGHT.index(State(place.state)) > WEIGHT.index(State(here.state)):
            here.state, here.by_id = place.state, place.by_id
        here.told_id = max(filter(None, (here.told_id, place.told_id)), default=None)
        here.save(update_fields=["state", "by", "told"])
