"""Who can be asked about a ticket, and how soon someone there is to take it over (K16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from deskbell.look.words import duration
from deskbell.people.teams import all_teams
from deskbell.sla.core import Metric, Policy
from deskbell.sla.models import Standing
from deskbell.sla.policies import policy_numbered
from deskbell.tickets.escalating import FIRST_ASKED
from deskbell.tickets.escalations import VENDOR, tier_in_words
from deskbell.tickets.models import Ticket


@dataclass(frozen=True)
class Choice:
    """A team or the vendor, as the form offers it. `value`: the team's key, or VENDOR."""

    value: str
    name: str
    hint: str


def choices_for(ticket: Ticket) -> list[Choice]:
    """The teams of a higher tier that don't have it, in the order of their tiers, then a vendor."""
    policy = policy_numbered(Standing.objects.get(ticket=ticket).version_id)
    teams = sorted(all_teams(), key=lambda team: team.tier)
    asked = [team for team in teams if team.tier >= FIRST_ASKED and team.pk != ticket.team_id]
    found = [
        Choice(
            str(team.pk), str(team), f"Tier {team.tier}, {_within(policy, ticket, str(team.tier))}"
        )
        for team in asked
    ]
    if ticket.tier != VENDOR:
        found.append(Choice(VENDOR, tier_in_words(VENDOR), _within(policy, ticket, VENDOR)))
    return found


def _within(policy: Policy, ticket: Ticket, tier: str) -> str:
    """What the policy promises for the ticket's impact, in words."""
    bounds = policy.promises(Metric.TAKE_OVER, ticket.impact, chat=False, tier=tier)
    if not bounds:
        return "no time set for taking over"
    target = timedelta(microseconds=bounds[0].target)
    return f"takes over within {duration(target)} ({bounds[0].hours})"
