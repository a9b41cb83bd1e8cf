"""Telling people about clocks, by the ladder of their policy: in the app, and from there by mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from deskbell.look.words import duration
from deskbell.people.models import Agent
from deskbell.people.notices import Topic, notify
from deskbell.sla.core import Metric
from deskbell.sla.timers import ClockFact, ClockStillLate, ClocksTold, ClockWarned
from deskbell.tickets.access import admits
from deskbell.tickets.escalations import VENDOR
from deskbell.tickets.models import Ticket

BUNDLED_ABOVE = 5  # so many at once are told one by one; more become one notice


class _Notice(NamedTuple):
    text: str
    path: str
    urgent: bool


def tell_people(fact: ClocksTold) -> None:
    """Leave each person whom the ladder names one notice of each clock, or one that sums them up."""
    team = _Team()
    of_agent: dict[Agent, list[ClockFact]] = defaultdict(list)
    for each in fact.facts:
        for agent in team.whom(each):
            of_agent[agent].append(each)
    of_notice: dict[_Notice, list[Agent]] = defaultdict(list)
    for agent, facts in of_agent.items():
        for notice in _notices(facts):
            of_notice[notice].append(agent)
    for notice, agents in of_notice.items():
        topic = Topic.LATE if notice.urgent else Topic.DUE_SOON
        notify(agents, notice.text, path=notice.path, urgent=notice.urgent, topic=topic)


def _notices(facts: list[ClockFact]) -> Iterable[_Notice]:
    if len(facts) <= BUNDLED_ABOVE:
        return [_notice(fact) for fact in facts]
    late = sum(not isinstance(fact, ClockWarned) for fact in facts)
    parts = [f"{late} clocks are late"] * bool(late)
    parts += [f"{len(facts) - late} are due soon"] * (late < len(facts))
    first = facts[0].ticket
    text = f"{' and '.join(parts)}, the first on #{first.number} {first.subject}"
    return [_Notice(text, "/inbox", urgent=late > 0)]


def _notice(fact: ClockFact) -> _Notice:
    ticket = fact.ticket
    match fact:
        case ClockWarned():
            verb = "is due soon"
        case ClockStillLate():
            verb = f"is still late after {duration(fact.amount)}"
        case _:
            verb = "is late"
    return _Notice(
        f"{fact.clock.label} {verb}: #{ticket.number} {ticket.subject}",
        f"/tickets/{ticket.number}",
        urgent=not isinstance(fact, ClockWarned),
    )


def _asks_a_team(fact: ClockFact) -> bool:
    """A tier has not taken over yet: whoever has the ticket meanwhile isn't the one to act (K16)."""
    return fact.clock.metric == Metric.TAKE_OVER and fact.ticket.tier != VENDOR


class _Team:
    """Everyone who can be told, read once for all that is to be told."""

    def __init__(self) -> None:
        working = Agent.objects.filter(person__is_active=True).order_by("pk")
        self._agents = list(working.select_related("person").prefetch_related("teams"))
        self._by_key = {agent.pk: agent for agent in self._agents}

    def whom(self, fact: ClockFact) -> list[Agent]:
        """The people of a step, each once. A step that would reach nobody reaches the managers."""
        ticket = fact.ticket
        found: dict[int, Agent] = {}
        for who in fact.tell:
            found |= {agent.pk: agent for agent in self._people(who, fact)}
        if not found and set(fact.tell) - {"oncall"}:
            found = {agent.pk: agent for agent in self._managers(ticket)}
        return list(found.values())

    def _people(self, who: str, fact: ClockFact) -> list[Agent]:
        ticket = fact.ticket
        if who == "assignee":
            return self._team(ticket) if _asks_a_team(fact) else self._assignee_or_team(ticket)
        if who == "lead":
            lead = self._by_key.get(ticket.team.lead_id or 0) if ticket.team else None
            return self._of_its_world([lead] if lead else [], ticket)
        return self._managers(ticket) if who == "manager" else []  # oncall is for paging

    def _assignee_or_team(self, ticket: Ticket) -> list[Agent]:
        assignee = self._by_key.get(ticket.assignee_id or 0)
        if assignee is not None and admits(ticket, assignee.person):
            return [assignee]
        return self._team(ticket)

    def _team(self, ticket: Ticket) -> list[Agent]:
        everyone = self._of_its_world(self._agents, ticket)
        of_team = [agent for agent in everyone if ticket.team in agent.teams.all()]
        return of_team or everyone

    def _managers(self, ticket: Ticket) -> list[Agent]:
        everyone = self._of_its_world(self._agents, ticket)
        managers = [agent for agent in everyone if agent.role == Agent.Role.MANAGER]
        return managers or [agent for agent in everyone if agent.is_administrator]

    @staticmethod
    def _of_its_world(agents: list[Agent], ticket: Ticket) -> list[Agent]:
        """The make-believe town rings no real person's bell, nor a confidential thread a stranger's."""
        real = [agent for agent in agents if agent.person.demo or not ticket.demo]
        return [agent for agent in real if admits(ticket, agent.person)]
