"""What happens to onboardings: the journal each verb appends to.

A verb works inside `changing(onboarding)`: its row is locked, so that its events have one order, and all
that follows from a change commits with it or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from deskbell.guidance.models import Onboarding, OnboardingEvent, Step
from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.people.models import Person

Kind = OnboardingEvent.Kind
NO_STEP = "There is no such step in this onboarding."
OVER = "This onboarding is over."


@contextmanager
def changing(onboarding: int) -> Iterator[Onboarding]:
    """Lock the onboarding with this key for a change; yields it as it stands now. Raises NotFound."""
    with transaction.atomic():
        rows = Onboarding.objects.select_for_update(no_key=True)
        if not rows.filter(pk=onboarding).values_list("pk").first():
            raise NotFound("There is no such onboarding.")
        people = Onboarding.objects.select_related("district", "lead__person")
        yield people.get(pk=onboarding)


@contextmanager
def changing_step(step: Step) -> Iterator[tuple[Onboarding, Step]]:
    """The same for one step of it, as it stands under the lock. Refused once the onboarding is over."""
    with changing(step.onboarding_id) as onboarding:
        if not onboarding.is_going_on:
            raise Refused(OVER)
        yield onboarding, step_of(onboarding, step.pk)


def step_of(onboarding: Onboarding, key: int) -> Step:
    """One of its steps that was not taken out. Raises NotFound."""
    people = onboarding.steps.select_related("owner__agent", "done_by")
    found = people.filter(pk=key, removed_at=None).first()
    if found is None:
        raise NotFound(NO_STEP)
    found.onboarding = onboarding
    return found


def append(
    onboarding: Onboarding,
    kind: Kind,
    *,
    by: Person | None = None,
    step: Step | None = None,
    **data: Any,
) -> OnboardingEvent:
    """Append one event to a locked onboarding. Its instant is never before that of the last one."""
    onboarding.updated_at = max(clock.now(), onboarding.updated_at)
    onboarding.last_sequence += 1
    onboarding.save(update_fields=["updated_at", "last_sequence"])
    return OnboardingEvent.objects.create(
        onboarding=onboarding,
        step=step,
        sequence=onboarding.last_sequence,
        at=onboarding.updated_at,
        kind=kind,
        by=by,
        data=data,
    )
