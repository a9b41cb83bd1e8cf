"""What can be done to many tickets at once: each kind by the verb that does it to one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deskbell.lib.errors import Refused
from deskbell.lib.numbers import primary_key
from deskbell.people.models import Agent, Team
from deskbell.tickets.aside.models import Aside
from deskbell.tickets.aside.setting_aside import bring_back, delete, mark_as_spam
from deskbell.tickets.assigning import assign, hand_to_team
from deskbell.tickets.bulk.models import BulkChange
from deskbell.tickets.fields.held import Held, read_held
from deskbell.tickets.fields.setting import put
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import State, Ticket
from deskbell.tickets.snoozing import UNTIL_AN_ANSWER, snooze, wake
from deskbell.tickets.solving import set_state
from deskbell.tickets.tagging import tag, tag_name, untag
from deskbell.tickets.triage import set_impact


@dataclass(frozen=True)
class Kind:
    """`prepared` reads the value once for all tickets, and refuses what is none; `seen` is what the change
    touches of a ticket; `make` does it; `back` brings back what was seen before; `said` names it."""

    prepared: Callable[[str], Any]
    seen: Callable[[Ticket, Any], Any]
    make: Callable[[Ticket, Any, BulkChange], object]
    back: Callable[[Ticket, Any, Any, Agent], object]
    said: Callable[[Any], str]


def _state(value: str) -> State:
    if value not in {State.OPEN, State.PENDING, State.WAITING, State.SOLVED}:
        raise Refused("Choose a state: open, pending, waiting or solved.")
    return State(value)


def _impact(value: str) -> Impact:
    if value not in Impact.values:
        raise Refused(f"Choose an impact: {', '.join(Impact.values)}.")
    return Impact(value)


def _agent(value: str) -> Agent | None:
    if not value:
        return None
    found = Agent.objects.select_related("person").filter(pk=primary_key(value)).first()
    if found is None or not found.person.is_active:
        raise Refused("Choose someone of the team.")
    return found


def _team(value: str) -> Team:
    found = Team.objects.filter(pk=primary_key(value)).first()
    if found is None:
        raise Refused("Choose a team.")
    return found


def read_until(value: str) -> datetime | None:
    """An instant in ISO 8601; empty: None, until an answer."""
    if not value:
        return None
    try:
        until = datetime.fromisoformat(value)
    except ValueError:
        until = None
    if until is None or until.tzinfo is None:
        raise Refused("Choose until when.")
    return until


def _by(change: BulkChange) -> Agent:
    if change.by is None:
        raise Refused("Whoever began this is no longer of the team.")
    return change.by


def _is_snoozed(ticket: Ticket, value: Any) -> str | None:
    return ticket.snoozed_until.isoformat() if ticket.snoozed_until else None


def _snooze_as_before(ticket: Ticket, before: Any, value: Any, by: Agent) -> None:
    until = datetime.fromisoformat(before) if before else None
    if until is None:
        wake(ticket, by=by)
    else:
        snooze(ticket, None if until == UNTIL_AN_ANSWER else until, by=by)


def _give_as_before(ticket: Ticket, before: Any, value: Any, by: Agent) -> None:
    assign(ticket, Agent.objects.select_related("person").filter(pk=before).first(), by=by)


def _team_as_before(ticket: Ticket, before: Any, value: Any, by: Agent) -> None:
    team, assignee = before
    found = Team.objects.filter(pk=team).first()
    if found is None:
        raise Refused("The team that had it is gone.")
    hand_to_team(ticket, found, by=by)
    if assignee:
        _give_as_before(ticket, assignee, value, by)


def _tag_as_before(ticket: Ticket, before: Any, value: Any, by: Agent) -> None:
    (tag if before else untag)(ticket, value, by=by)


def _set_as_before(ticket: Ticket, before: Any, value: Held, by: Agent) -> None:
    put(ticket, value.field, before, by=by.person)


def _nothing(value: str) -> None:
    """There is nothing to choose."""


def _aside_as_before(ticket: Ticket, before: Any, by: Agent) -> None:
    (delete if before == Aside.TRASH else mark_as_spam)(ticket, by=by)


KINDS: Mapping[str, Kind] = {
    "state": Kind(
        _state,
        lambda ticket, value: str(ticket.state),
        lambda ticket, value, change: set_state(
            ticket, value, by=_by(change), unanswered=change.unanswered, **change.evidence
        ),
        lambda ticket, before, value, by: set_state(
            ticket, before, by=by, unanswered=True, incomplete=True
        ),
        lambda value: f"Set to {value.label}",
    ),
    "impact": Kind(
        _impact,
        lambda ticket, value: str(ticket.impact),
        lambda ticket, value, change: set_impact(ticket, value, by=_by(change)),
        lambda ticket, before, value, by: set_impact(ticket, before, by=by, reason="Taken back"),
        lambda value: f"Impact {value.label}",
    ),
    "assignee": Kind(
        _agent,
        lambda ticket, value: ticket.assignee_id,
        lambda ticket, value, change: assign(ticket, value, by=_by(change)),
        _give_as_before,
        lambda value: f"Give to {value}" if value else "Give back to the team",
    ),
    "team": Kind(
        _team,
        lambda ticket, value: [ticket.team_id, ticket.assignee_id],
        lambda ticket, value, change: hand_to_team(ticket, value, by=_by(change)),
        _team_as_before,
        lambda value: f"Hand to {value}",
    ),
    "tag": Kind(
        tag_name,
        lambda ticket, value: value in ticket.tags,
        lambda ticket, value, change: tag(ticket, value, by=_by(change)),
        _tag_as_before,
        lambda value: f"Tag “{value}”",
    ),
    "untag": Kind(
        tag_name,
        lambda ticket, value: value in ticket.tags,
        lambda ticket, value, change: untag(ticket, value, by=_by(change)),
        _tag_as_before,
        lambda value: f"Take the tag “{value}” off",
    ),
    "field": Kind(
        read_held,
        lambda ticket, value: ticket.field_values.get(value.field.key),
        lambda ticket, value, change: put(ticket, value.field, value.value, by=_by(change).person),
        _set_as_before,
        lambda value: (
            f"Set “{value.field}” to {value.said()}" if value.keys else f"Empty “{value.field}”"
        ),
    ),
    "spam": Kind(
        _nothing,
        lambda ticket, value: str(ticket.aside),
        lambda ticket, value, change: mark_as_spam(ticket, by=_by(change)),
        lambda ticket, before, value, by: bring_back(ticket, by=by),
        lambda value: "Mark as spam",
    ),
    "trash": Kind(
        _nothing,
        lambda ticket, value: str(ticket.aside),
        lambda ticket, value, change: delete(ticket, by=_by(change)),
        lambda ticket, before, value, by: bring_back(ticket, by=by),
        lambda value: "Delete",
    ),
    "back": Kind(
        _nothing,
        lambda ticket, value: str(ticket.aside),
        lambda ticket, value, change: bring_back(ticket, by=_by(change)),
        lambda ticket, before, value, by: _aside_as_before(ticket, before, by),
        lambda value: "Bring back",
    ),
    "snooze": Kind(
        read_until,
        _is_snoozed,
        lambda ticket, value, change: snooze(ticket, value, by=_by(change)),
        _snooze_as_before,
        lambda value: "Snooze" if value else "Snooze until an answer",
    ),
}
