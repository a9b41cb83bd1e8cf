"""What the team's browsers are told: that an incident, or the list of them, is no longer as it was drawn.

A page shows what many rooms know, in its reader's zone and through their filter; so it is told that
there is something new, and fetches its parts anew. Many changes at once are one fetch.
"""

from __future__ import annotations

from collections.abc import Iterable

from deskbell.incidents.events import IncidentChanged, ProposalsChanged, UpdatePublished
from deskbell.incidents.models import Incident, IncidentTicket
from deskbell.monitoring.alerts import AlertEnded
from deskbell.monitoring.standing import ComponentMoved
from deskbell.oncall.escalating import Paged
from deskbell.realtime.publish import publish_many
from deskbell.tickets.events import Acknowledged

LIST = "incidents"
MOVED = "moved"


def topic_of(number: int) -> str:
    """Whoever looks at this incident listens here."""
    return f"incident:{number}"


def push(fact: IncidentChanged | UpdatePublished) -> None:
    """Something was done to it: its page and the list change."""
    _tell([fact.incident.pk], listed=True)


def push_alert(fact: AlertEnded) -> None:
    """An alert that belongs to an incident has ended; one that joins tells of it as a change."""
    _tell(Incident.objects.filter(alerts=fact.alert).values_list("pk", flat=True))


def push_component(fact: ComponentMoved) -> None:
    """What watches a component saw a change; open incidents that concern it tell of that."""
    concerned = Incident.objects.open().filter(concerned__component=fact.component)
    _tell(concerned.values_list("pk", flat=True))


def push_ticket(fact: Paged | Acknowledged) -> None:
    """Someone was called about a joined ticket, or has answered."""
    joined = IncidentTicket.State.JOINED
    rows = IncidentTicket.objects.filter(
        ticket=fact.ticket.pk, state=joined, incident__resolved_at=None
    )
    _tell(rows.values_list("incident", flat=True))


def push_proposals(fact: ProposalsChanged | None = None) -> None:
    """The desk proposes something new, or no longer does."""
    publish_many([(LIST, MOVED, "")])


def _tell(numbers: Iterable[int], *, listed: bool = False) -> None:
    told = [(topic_of(number), MOVED, "") for number in numbers]
    if listed:
        told.append((LIST, MOVED, ""))
    if told:
        publish_many(told)
