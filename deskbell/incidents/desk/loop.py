"""The verbs that decide about proposals and about many tickets at once, in one place until all are there."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from deskbell.incidents.models import Incident, Proposal
from deskbell.people.models import Agent
from deskbell.tickets.models import Ticket


def declare_from(proposal: Proposal, *, by: Agent) -> Incident:
    """It is one incident: declare it with all that looked alike."""
    made: Incident = _verbs("grouping").declare_from(proposal, by=by)
    return made


def dismiss(proposal: Proposal, *, by: Agent) -> None:
    """It is not one incident."""
    _verbs("grouping").dismiss(proposal, by=by)


def tell_what_is_known(incident: Incident, tickets: Iterable[Ticket], *, by: Agent) -> None:
    """Answer these tickets with what was told last."""
    _verbs("joining").tell_what_is_known(incident, tickets, by=by)


def solve_together(incident: Incident, *, by: Agent) -> None:
    """Solve each joined ticket."""
    _verbs("resolving").solve_together(incident, by=by)


def _verbs(name: str) -> Any:
    return import_module(f"deskbell.incidents.{name}")
