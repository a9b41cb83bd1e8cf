"""Its joined tickets are solved together, once the trouble is over; for a while this can be undone."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from deskbell.incidents.events import IncidentChanged, Kind, append, changing
from deskbell.incidents.models import Incident, IncidentEvent, IncidentTicket
from deskbell.incidents.updating import LONGEST
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.lib.text import plain
from deskbell.people.models import Agent
from deskbell.tickets import moving_together
from deskbell.tickets.broadcasting import broadcast
from deskbell.tickets.models import Ticket, Tickets

UNDO_FOR = timedelta(minutes=10)


def to_be_solved(incident: Incident) -> Tickets:
    """The joined tickets that still need someone."""
    joined = incident.tickets.filter(state=IncidentTicket.State.JOINED)
    return Ticket.objects.unfinished().filter(pk__in=joined.values("ticket")).order_by("pk")


def solve_together(
    incident: Incident, *, by: Agent, text: str = "", unanswered: bool = False
) -> list[int]:
    """Solve every joined ticket that is unfinished, all or none; with `text`, each customer reads it first,
    as an agent's public message. Returns their numbers.

    Raises Refused while the incident goes on, and while some have a message without an answer: write a
    text, or say `unanswered` (K14).
    """
    text = plain(text).strip()
    if len(text) > LONGEST:
        raise Refused(f"The message is at most {LONGEST:,} letters of plain text.")
    with changing(incident) as locked:
        if locked.is_open:
            raise Refused(
                "The incident goes on. Publish that it is resolved, then solve its tickets."
            )
        numbers = list(to_be_solved(locked).values_list("pk", flat=True))
        if text:
            broadcast(dict.fromkeys(numbers, text), by=by, incident=locked.pk, update=None)
        key = uuid4().hex
        before = moving_together.solve_together(
            numbers, by=by.person, unanswered=unanswered, incident=locked.pk, together=key
        )
        if before:
            event = append(
                locked,
                Kind.SOLVED,
                by=by.person,
                together=key,
                before={str(number): state for number, state in before.items()},
                told=bool(text),
            )
            tell(IncidentChanged(locked, event))
    return sorted(before)


def solved_lately(incident: Incident) -> IncidentEvent | None:
    """The last time that tickets were solved together, while it can still be undone."""
    kinds = [Kind.SOLVED, Kind.UNSOLVED]
    last = incident.events.filter(kind__in=kinds).order_by("-sequence").first()
    if last is None or last.kind != Kind.SOLVED or clock.now() - last.at > UNDO_FOR:
        return None
    return last


def unsolve(incident: Incident, *, by: Agent) -> list[int]:
    """Undo the last solving together: each ticket has the state it had, but for those that someone moved
    since. A message that went out with it stays. Returns the numbers of those that went back. Refused
    after ten minutes."""
    with changing(incident) as locked:
        solved = solved_lately(locked)
        if solved is None:
            raise Refused("It is too late to undo it. Reopen the tickets one by one.")
        states = {int(number): state for number, state in solved.data["before"].items()}
        back = moving_together.put_back(states, by=by.person, of=solved.data["together"])
        event = append(locked, Kind.UNSOLVED, by=by.person, tickets=back)
        tell(IncidentChanged(locked, event))
    return back
