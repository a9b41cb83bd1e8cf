"""What stands in the blanks of a macro on one ticket: for whom, by whom, and what is promised by when."""

from __future__ import annotations

from collections.abc import Mapping

from deskbell.lib import blanks, clock
from deskbell.mail.names import first_name
from deskbell.mail.receipts import in_words
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent
from deskbell.sla.models import Clock
from deskbell.tickets.models import Ticket

PROMISED = [
    Clock.Metric.FIRST_REPLY,
    Clock.Metric.NEXT_REPLY,
    Clock.Metric.PERIODIC_UPDATE,
    Clock.Metric.RESOLUTION,
]  # what a customer is told; the clocks within the team are nobody else's
MADE_UP = {
    "name": "Tess",
    "number": "81",
    "subject": "Black screen",
    "district": "North Valley",
    "school": "Lincoln High",
    "team": "Support",
    "due": "Monday, November 30 at 12:00 pm Eastern Time",
}


def filled_in(text: str, ticket: Ticket | None, agent: Agent) -> str:
    """The macro's words on this ticket; on one that is made up if there is none. Raises Refused."""
    values = values_on(ticket) if ticket else MADE_UP
    own = {"agent": first_name(agent.person.name), "desk": the_desk().name}
    return blanks.filled(text, {**values, **own}, html=False)


def values_on(ticket: Ticket) -> Mapping[str, str]:
    """Each variable's value; empty for what isn't known."""
    return {
        "name": first_name(ticket.requester.name) if ticket.requester else "",
        "number": str(ticket.number),
        "subject": ticket.subject,
        "district": str(ticket.district or ""),
        "school": str(ticket.school or ""),
        "team": str(ticket.team or ""),
        "due": _due(ticket),
    }


def _due(ticket: Ticket) -> str:
    """What is still to come: nobody promises what has passed."""
    promised = Clock.objects.unstopped().of([ticket]).filter(metric__in=PROMISED)
    next_due = promised.filter(due_at__gt=clock.now()).order_by("due_at").first()
    if next_due is None or next_due.due_at is None:
        return ""
    return in_words(next_due.due_at, ticket.zone or the_desk().zone)
