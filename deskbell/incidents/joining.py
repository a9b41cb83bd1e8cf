"""Tickets join an incident, or leave it: what customers wrote about the same trouble."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from deskbell.incidents.events import IncidentChanged, Kind, append, changing
from deskbell.incidents.models import Incident, IncidentTicket
from deskbell.incidents.updating import latest, words_for
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.people.models import Agent
from deskbell.tickets.broadcasting import broadcast
from deskbell.tickets.events import lock
from deskbell.tickets.models import Ticket

State = IncidentTicket.State


def join(incident: Incident, tickets: Iterable[Ticket], *, by: Agent) -> list[int]:
    """Let tickets belong to the incident, also those that were only proposed; joining twice is harmless.
    Nobody is told anything by it (K11). Returns the numbers of those that are new."""
    wanted = list(tickets)
    with changing(incident) as locked:
        _lock(wanted)
        return _join(locked, wanted, by=by)


def leave(incident: Incident, tickets: Iterable[Ticket], *, by: Agent) -> list[int]:
    """These have nothing to do with it: joined or proposed, they are not, and are not proposed again."""
    with changing(incident) as locked:
        rows = locked.tickets.filter(ticket__in=[t.pk for t in tickets]).exclude(state=State.LEFT)
        gone = sorted(rows.values_list("ticket", flat=True))
        rows.update(state=State.LEFT, by=by, at=clock.now(), before_merge="")
        if gone:
            event = append(locked, Kind.TICKETS_LEFT, by=by.person, tickets=gone)
            tell(IncidentChanged(locked, event))
    return gone


def tell_what_is_known(incident: Incident, tickets: Sequence[Ticket], *, by: Agent) -> list[int]:
    """Answer tickets, one or all, with what was told last, because a person presses send (K11).

    Those that are only proposed are joined by it. Whoever has heard this update already is left out, so
    sending twice is harmless. Returns the numbers of those that were answered. Raises Refused while
    nothing was told: there is nothing to say yet.
    """
    with changing(incident) as locked:
        update = latest(locked)
        if update is None:
            raise Refused("Nothing was told yet. Publish a first update, then answer with it.")
        _lock(tickets)
        _join(locked, tickets, by=by)
        asked = locked.tickets.filter(ticket__in=[ticket.pk for ticket in tickets])
        unheard = asked.filter(state=State.JOINED).exclude(told=update)
        rows = list(unheard.select_related("ticket__district"))
        texts = {row.ticket_id: words_for(update, row.ticket.district) for row in rows}
        told = sorted(broadcast(texts, by=by, incident=locked.pk, update=update.pk))
        unheard.filter(ticket__in=told).update(told=update)
        if told:
            event = append(locked, Kind.TOLD, by=by.person, tickets=told, update=update.pk)
            tell(IncidentChanged(locked, event))
    return told


def unheard(incident: Incident) -> list[Ticket]:
    """The joined tickets, not closed, that have not heard what was told last; all while nothing was."""
    update = latest(incident)
    joined = incident.tickets.filter(state=State.JOINED).exclude(ticket__state="closed")
    rows = joined.exclude(told=update) if update else joined
    return [row.ticket for row in rows.select_related("ticket").order_by("ticket")]


def _lock(tickets: Iterable[Ticket]) -> None:
    """A merge has its tickets locked when it comes to their places here: without the same order one of the
    two would wait for the other in a ring, or make a place that is made already."""
    lock([ticket.pk for ticket in tickets])


def _join(locked: Incident, tickets: Iterable[Ticket], *, by: Agent) -> list[int]:
    tickets = list(tickets)
    if any(ticket.confidential for ticket in tickets):
        raise Refused(
            "A billing thread is for its owners; what everyone is told has no place there."
        )
    wanted = {ticket.pk for ticket in tickets}
    known = dict(locked.tickets.filter(ticket__in=wanted).values_list("ticket", "state"))
    new = sorted(number for number in wanted if known.get(number) != State.JOINED)
    locked.tickets.filter(ticket__in=new).update(
        state=State.JOINED, by=by, at=clock.now(), before_merge=""
    )
    IncidentTicket.objects.bulk_create(
        [
            IncidentTicket(incident=locked, ticket_id=number, state=State.JOINED, by=by)
            for number in new
            if number not in known
        ],
        ignore_conflicts=True,
    )
    if new:
        event = append(locked, Kind.TICKETS, by=by.person, tickets=new)
        tell(IncidentChanged(locked, event))
    return new
