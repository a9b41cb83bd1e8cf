"""Where a ticket goes, its place in an incident goes along: merged away, it is the survivor's, until the
two are taken apart again."""

from __future__ import annotations

from deskbell.incidents.models import IncidentTicket
from deskbell.tickets.events import Kind, Merged
from deskbell.tickets.models import Ticket, TicketEvent

State = IncidentTicket.State
NO_PLACE = IncidentTicket.NO_PLACE
WEIGHT: list[str] = [
    NO_PLACE,
    State.LEFT,
    State.PROPOSED,
    State.JOINED,
]  # of two the one that says more


def merged(fact: Merged) -> None:
    """Let the ticket that took another one in take its places too, and give them back when they are taken
    apart (K10). What is joined stays joined; whoever has heard an update by one has heard it by both.

    The merged ticket keeps its own, so that taken apart again it has what it had; it is closed until then,
    and neither told nor solved. Incidents aren't locked here: the tickets are already.
    """
    if fact.event.kind == Kind.MERGED_IN:
        _take_places(fact.ticket, fact.event.data["of"])
    elif fact.event.kind == Kind.UNMERGED:
        _give_places_back(fact.ticket)


def _take_places(ticket: Ticket, of: int) -> None:
    for place in IncidentTicket.objects.filter(ticket=of):
        # Something else may give it a place meanwhile, such as the desk that proposes it.
        here, new = IncidentTicket.objects.get_or_create(
            incident_id=place.incident_id,
            ticket=ticket,
            defaults={
                "state": place.state,
                "reason": place.reason,
                "by_id": place.by_id,
                "told_id": place.told_id,
                "before_merge": NO_PLACE,
            },
        )
        if new:
            continue
        if _weight(place) > _weight(here):
            here.before_merge = here.before_merge or here.state
            here.state, here.by_id = place.state, place.by_id
        here.told_id = max(filter(None, (here.told_id, place.told_id)), default=None)
        here.save(update_fields=["state", "by", "told", "before_merge"])


def _give_places_back(ticket: Ticket) -> None:
    """What it had itself, or what those say that are still merged into it. A person who has let it join or
    leave since has decided: that stays."""
    others = IncidentTicket.objects.filter(ticket__merged_into=ticket)
    for here in IncidentTicket.objects.filter(ticket=ticket):
        still = list(others.filter(incident=here.incident_id))
        _forget_what_it_did_not_hear(here, still)
        if not here.before_merge:
            continue
        gravest = max(still, key=_weight, default=None)
        own = here.before_merge
        if gravest is not None and _weight(gravest) > WEIGHT.index(own):
            here.state, here.by_id = gravest.state, gravest.by_id
        elif own == NO_PLACE:
            here.delete()
            continue
        else:
            here.state, here.by_id, here.before_merge = own, None, ""
        here.save(update_fields=["state", "by", "before_merge"])


def _forget_what_it_did_not_hear(here: IncidentTicket, still: list[IncidentTicket]) -> None:
    """The words that the other one heard went back with it."""
    if here.told_id is None:
        return
    told = TicketEvent.objects.filter(
        ticket=here.ticket_id, kind=Kind.UPDATE, data__incident=here.incident_id
    )
    heard = [event.data["update"] for event in told]
    heard += [place.told_id for place in still]
    here.told_id = max((each for each in heard if each and each <= here.told_id), default=None)
    here.save(update_fields=["told"])


def _weight(place: IncidentTicket) -> int:
    return WEIGHT.index(place.state)
