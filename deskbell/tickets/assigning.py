"""Whose ticket it is: one agent's, a team's, or no one's yet."""

from __future__ import annotations

from typing import Any

from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.people.models import Agent, Team
from deskbell.tickets.events import Assigned, Kind, append, changing
from deskbell.tickets.models import Ticket


def assign(ticket: Ticket, to: Agent | None, *, by: Agent | None, why: str = "") -> Ticket:
    """Give the ticket to an agent, or to no one. `by` nobody: the desk itself does, and says `why`."""
    if to is not None and not to.person.is_active:
        raise Refused(f"{to} has left the team. Choose someone else.")
    with changing(ticket) as locked:
        if to and locked.confidential and not to.reads_billing:
            raise Refused(f"{to} is not of the billing team, so this thread can’t be theirs.")
        if locked.assignee != to:
            locked.assignee = to
            locked.save(update_fields=["assignee"])
            data: dict[str, Any] = {"why": why} if why else {}
            data |= {"to": to.pk if to else None, "name": str(to) if to else ""}
            event = append(locked, Kind.ASSIGNED, by=by.person if by else None, **data)
            tell(Assigned(locked, event))
    return locked


def hand_to_team(ticket: Ticket, team: Team, *, by: Agent) -> Ticket:
    """Give the ticket to another team; an assignee who isn't of that team lets go of it."""
    with changing(ticket) as locked:
        if locked.confidential and team.purpose != Team.Purpose.BILLING:
            raise Refused(f"This thread is for the billing team; {team} can’t read it.")
        if locked.team != team:
            locked.team = team
            if locked.assignee and not locked.assignee.teams.filter(pk=team.pk).exists():
                locked.assignee = None
            locked.save(update_fields=["team", "assignee"])
            event = append(locked, Kind.TEAM, by=by.person, to=team.pk, name=team.name)
            tell(Assigned(locked, event))
    return locked
