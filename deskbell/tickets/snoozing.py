"""Snoozing: out of the lists until a time, or until the customer answers. It stops no clock: when one of
them warns, or the customer writes, the ticket is back at once."""

from __future__ import annotations

from datetime import UTC, datetime

from deskbell.lib import clock, together
from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.people.models import Agent
from deskbell.people.notices import notify
from deskbell.tickets.events import Fact, Kind, Snoozed, append, changing
from deskbell.tickets.models import State, Ticket

UNTIL_AN_ANSWER = datetime(9000, 1, 1, tzinfo=UTC)
AT_ONCE = 100
LONGEST_PAUSE = 60.0


def snooze(ticket: Ticket, until: datetime | None, *, by: Agent) -> Ticket:
    """Put the ticket off until then; None: until the customer answers."""
    wanted = until or UNTIL_AN_ANSWER
    if wanted <= clock.now():
        raise Refused("That time has passed. Choose one to come.")
    with changing(ticket) as locked:
        if locked.state in {State.SOLVED, State.CLOSED}:
            raise Refused(f"Ticket #{locked.number} is {locked.get_state_display().lower()}.")
        if locked.live:
            raise Refused("Someone is in the chat and waits there.")
        if locked.snoozed_until != wanted:
            locked.snoozed_until = wanted
            locked.save(update_fields=["snoozed_until"])
            said = until.isoformat() if until else ""
            tell(Snoozed(locked, append(locked, Kind.SNOOZED, by=by.person, until=said)))
    return locked


def wake(ticket: Ticket, *, by: Agent) -> Ticket:
    """Bring the ticket back into the lists now."""
    with changing(ticket) as locked:
        if locked.snoozed_until:
            rouse(locked, why="", by=by)
    return locked


def rouse(ticket: Ticket, *, why: str, by: Agent | None = None) -> None:
    """Bring a locked ticket back, if it is put off; `why`, in words, if nobody asked for it."""
    if ticket.snoozed_until is None:
        return
    ticket.snoozed_until = None
    together.save(ticket, ["snoozed_until"])
    event = append(ticket, Kind.WOKEN, by=by.person if by else None, why=why)
    tell(Snoozed(ticket, event))


def rouse_for_clock(fact: Fact) -> None:
    """A clock has warned or is late: whatever someone put off has to be seen now."""
    rouse(fact.ticket, why="a clock is due")


def step() -> float:
    """Bring back what is due, up to a hundred; returns the seconds until the next (for the worker's loop)."""
    waiting = Ticket.objects.filter(snoozed_until__isnull=False).order_by("snoozed_until")
    due = list(waiting.filter(snoozed_until__lte=clock.now())[:AT_ONCE])
    for ticket in due:
        _time_has_come(ticket)
    if len(due) == AT_ONCE:
        return 0.0
    following = waiting.values_list("snoozed_until", flat=True).first()
    if following is None:
        return LONGEST_PAUSE
    return min(LONGEST_PAUSE, max(0.05, (following - clock.now()).total_seconds()))


def _time_has_come(ticket: Ticket) -> None:
    with changing(ticket) as locked:
        if locked.snoozed_until and locked.snoozed_until <= clock.now():
            rouse(locked, why="its time has come")
            if locked.assignee:
                path = f"/tickets/{locked.number}"
                text = f"#{locked.number} is back: {locked.subject}"
                notify([locked.assignee], text, path=path, by_mail=False)
