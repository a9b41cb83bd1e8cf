"""Agents and their teams: who joins, and which team takes what has not been given to anyone."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from deskbell.lib.errors import Refused
from deskbell.lib.remembering import remembered
from deskbell.lib.telling import tell
from deskbell.people.models import Agent, Person, Team

TIERS = {
    1: "Tier 1: answers first",
    2: "Tier 2: asked by escalation",
    3: "Tier 3: asked when tier 2 can’t",
}


@dataclass(frozen=True)
class AccessTaken:
    """An agent has left the team: what they have open must fall silent."""

    agent: Agent


@remembered
def first_line() -> Team | None:
    """The team that takes new tickets: support, the lowest tier."""
    return Team.objects.filter(purpose=Team.Purpose.SUPPORT).order_by("tier", "id").first()


@remembered
def billing_team() -> Team | None:
    """The team that answers what districts pay for."""
    return Team.objects.filter(purpose=Team.Purpose.BILLING).order_by("id").first()


@transaction.atomic
def add_agent(email: str, name: str, *, role: str = Agent.Role.AGENT) -> Agent:
    """Make a person an agent of the first line. Refuses someone who already is one."""
    if "@" not in email or email.strip().startswith("@") or email.strip().endswith("@"):
        raise Refused(f"“{email}” is no mail address: write it like ana@example.org.")
    if not name.strip():
        raise Refused("Give the agent a name; customers see the first one.")
    person = Person.objects.with_address(email, name.strip())
    if hasattr(person, "agent"):
        raise Refused(f"{person.email} already is an agent.")
    person.name = name.strip()
    person.save(update_fields=["name"])
    agent = Agent.objects.create(person=person, role=role)
    team = first_line()
    if team:
        agent.teams.add(team)
    return agent


@transaction.atomic
def set_access(agent: Agent, *, allowed: bool, by: Agent) -> None:
    """Someone leaves the team, or comes back. Nobody shuts themselves out."""
    if agent == by and not allowed:
        raise Refused("You can't take your own access away; another administrator can.")
    agent.person.is_active = allowed
    agent.person.save(update_fields=["is_active"])
    if not allowed:
        tell(AccessTaken(agent))


def set_lead(team: Team, lead: Agent | None) -> None:
    """Say who leads the team: whom an escalation ladder calls “lead”. One of its own, or nobody."""
    if lead is not None and not lead.teams.filter(pk=team.pk).exists():
        raise Refused(f"{lead} is not of {team}: a team is led by one of its own.")
    team.lead = lead
    team.save(update_fields=["lead"])


def set_tier(team: Team, tier: int) -> None:
    """Say which tier the team is. The first line stays: a team has to take new tickets."""
    if tier not in TIERS:
        raise Refused("A team is of tier 1, 2 or 3.")
    others = Team.objects.filter(purpose=Team.Purpose.SUPPORT, tier=1).exclude(pk=team.pk)
    if team.purpose == Team.Purpose.SUPPORT and tier != 1 and not others.exists():
        raise Refused(f"{team} takes the new tickets. Let another support team be tier 1 first.")
    team.tier = tier
    team.save(update_fields=["tier"])


@remembered
def all_teams() -> list[Team]:
    """Every team to which a ticket can be given."""
    return list(Team.objects.order_by("id"))


@remembered
def working_agents() -> list[Agent]:
    """Everyone to whom a ticket can be given, by name."""
    found = Agent.objects.filter(person__is_active=True).select_related("person")
    return sorted(found, key=lambda agent: agent.person.name.casefold())
