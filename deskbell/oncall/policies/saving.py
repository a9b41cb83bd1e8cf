"""Saving escalation policies, and which of them answers for which impact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction

from deskbell.lib.errors import NotFound, Refused
from deskbell.oncall.answering import answering_of
from deskbell.oncall.models import Answering, EscalationPolicy
from deskbell.tickets.impacts import Impact

MOST_STEPS, MOST_REPEATS, LONGEST_WAIT = 20, 20, 24 * 60


@dataclass(frozen=True)
class Step:
    """A step as it is written: minutes to wait, and the keys of whom it tells."""

    waits: int
    agents: Sequence[int] = field(default=())
    teams: Sequence[int] = field(default=())
    schedules: Sequence[int] = field(default=())

    @property
    def is_empty(self) -> bool:
        return not (self.agents or self.teams or self.schedules)


def policy_numbered(pk: int) -> EscalationPolicy:
    """One policy. Raises NotFound."""
    found = EscalationPolicy.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such escalation policy.")
    return found


@transaction.atomic
def save_policy(
    policy: EscalationPolicy, *, name: str, repeats: int, steps: Sequence[Step]
) -> EscalationPolicy:
    """Save a policy with its steps; those without people are left out. Calls that ring keep theirs (E1)."""
    policy.name, policy.repeats = " ".join(name.split())[:100], repeats
    kept = [step for step in steps if not step.is_empty]
    _check(policy, kept)
    policy.save()
    policy.steps.all().delete()
    for place, step in enumerate(kept, start=1):
        made = policy.steps.create(place=place, waits=step.waits)
        made.agents.set(step.agents)
        made.teams.set(step.teams)
        made.schedules.set(step.schedules)
    return policy


@transaction.atomic
def remove_policy(policy: EscalationPolicy) -> None:
    """Remove a policy by which nothing is answered any more. Refused for one in use and the last one."""
    if EscalationPolicy.objects.count() == 1:
        raise Refused("The desk needs one escalation policy: make another one first.")
    used = [each.label for each in Impact if answering_of(each).policy == policy]
    if used:
        raise Refused(f"{policy} answers {', '.join(used)}: let another policy do that first.")
    policy.delete()


def save_answering(
    impact: str, *, policy: EscalationPolicy, opened_outside: str, at_boundary: str, repage: int
) -> None:
    """How an impact is answered from now on; `repage` is in minutes (E4)."""
    if impact not in Impact.values:
        raise Refused(f"“{impact}” is no impact: choose {', '.join(Impact.values)}.")
    if {opened_outside, at_boundary} - set(Answering.Outside.values):
        raise Refused("Choose what becomes of alerts outside the hours.")
    if not 1 <= repage <= 7 * 24 * 60:
        raise Refused("An answered alert pages again after 1 minute to 7 days without activity.")
    Answering.objects.update_or_create(
        impact=impact,
        defaults={
            "policy": policy,
            "opened_outside": opened_outside,
            "at_boundary": at_boundary,
            "repage_after": timedelta(minutes=repage),
        },
    )


def _check(policy: EscalationPolicy, steps: Sequence[Step]) -> None:
    if not policy.name:
        raise Refused("Give the policy a name.")
    if EscalationPolicy.objects.filter(name=policy.name).exclude(pk=policy.pk).exists():
        raise Refused(f"There is a policy called {policy.name} already: choose another name.")
    if not steps:
        raise Refused("Choose a schedule, a team or a person for at least one step.")
    if len(steps) > MOST_STEPS:
        raise Refused(f"A policy has at most {MOST_STEPS} steps.")
    if not 0 <= policy.repeats <= MOST_REPEATS:
        raise Refused(f"A policy is repeated 0 to {MOST_REPEATS} times.")
    if any(not 1 <= step.waits <= LONGEST_WAIT for step in steps):
        raise Refused("A step waits 1 minute to 24 hours for an acknowledgement.")
