"""Who answers for which impact, and what becomes of its alerts outside its hours (E7)."""

from __future__ import annotations

from datetime import timedelta

from deskbell.oncall import schedules
from deskbell.oncall.models import Answering, EscalationPolicy
from deskbell.tickets.impacts import Impact

DEFAULT_NAME = "Standard"
MANAGERS_AFTER = 5  # minutes
REPAGE_URGENT = timedelta(minutes=30)


def answering_of(impact: str) -> Answering:
    """How an impact is answered: as someone has chosen, or as a new desk does it (unsaved)."""
    found = Answering.objects.filter(impact=impact).select_related("policy").first()
    return found or _default(impact)


def ensure_default_policy() -> EscalationPolicy:
    """The desk's first policy, whatever it is called by now. It answers for each impact of which nobody
    has said anything else. A new desk's: whoever is on call, and after five minutes the managers too."""
    first = EscalationPolicy.objects.order_by("id").first()
    if first:
        return first
    policy, made = EscalationPolicy.objects.get_or_create(
        name=DEFAULT_NAME, defaults={"repeats": 0}
    )
    if made:
        step = policy.steps.create(place=1, waits=MANAGERS_AFTER)
        step.schedules.add(schedules.ensure_default_schedule())
    return policy


def _default(impact: str) -> Answering:
    made = Answering(impact=impact, policy=ensure_default_policy())
    if impact == Impact.URGENT:
        made.repage_after = REPAGE_URGENT
    return made
