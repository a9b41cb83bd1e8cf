"""Who is told when a clock warns or breaches: the assignee, or the whole team if there is none."""

from __future__ import annotations

from deskbell.people.models import Agent
from deskbell.people.notices import Topic, notify
from deskbell.sla.timers import ClockBreached, ClockFact
from deskbell.tickets.models import Ticket


def tell_people(fact: ClockFact) -> None:
    """Leave a notice with those whose ticket it is."""
    breached = isinstance(fact, ClockBreached)
    verb = "is late" if breached else "is due soon"
    notify(
        _those_who_care(fact.ticket),
        f"{fact.clock.label} {verb}: #{fact.ticket.number} {fact.ticket.subject}",
        path=f"/tickets/{fact.ticket.number}",
        urgent=breached,
        topic=Topic.LATE if breached else Topic.DUE_SOON,
    )


def _those_who_care(ticket: Ticket) -> list[Agent]:
    if ticket.assignee and ticket.assignee.person.is_active:
        return [ticket.assignee]
    agents = Agent.objects.filter(person__is_active=True)
    if ticket.demo:  # the make-believe town rings no real person's bell
        agents = agents.filter(person__demo=True)
    of_team = list(agents.filter(teams=ticket.team)) if ticket.team else []
    return of_team or list(agents)
