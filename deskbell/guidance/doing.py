"""A step is done, or is not after all; with the last one the onboarding is over."""

from __future__ import annotations

from deskbell.guidance.beginning import refuse_a_second
from deskbell.guidance.events import Kind, append, changing, changing_step, step_of
from deskbell.guidance.models import Onboarding, OnboardingEvent, Step
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.text import plain
from deskbell.people.models import Person

LONGEST_NOTE = 2000
DONE_ALREADY = "This step is done already."
NOT_DONE = "This step is not done."


def mark_done(step: Step, *, note: str = "", by: Person) -> OnboardingEvent:
    """The step is done, with a word about it that both sides read. Refused if it is already."""
    with changing_step(step) as (onboarding, locked):
        if locked.is_done:
            raise Refused(DONE_ALREADY)
        locked.done_at, locked.done_by = clock.now(), by
        locked.note = plain(note).strip()[:LONGEST_NOTE]
        locked.save(update_fields=["done_at", "done_by", "note"])
        event = append(onboarding, Kind.DONE, by=by, step=locked, note=locked.note)
        if not onboarding.to_do.exists():
            _end(onboarding, by=None, complete=True)
    return event


def reopen(step: Step, *, by: Person) -> OnboardingEvent:
    """It is not done after all; an onboarding that was over with it goes on. Refused if it isn't done."""
    with changing(step.onboarding_id) as onboarding:
        locked = step_of(onboarding, step.pk)
        if not locked.is_done:
            raise Refused(NOT_DONE)
        if not onboarding.is_going_on:
            _resume(onboarding, by=by)
        locked.done_at = locked.done_by = locked.told_on = None
        locked.note, locked.told_times = "", 0
        locked.save(update_fields=["done_at", "done_by", "note", "told_on", "told_times"])
        return append(onboarding, Kind.REOPENED, by=by, step=locked)


def end(onboarding: Onboarding, *, by: Person) -> OnboardingEvent:
    """It is over although steps are left: the district doesn't come, or needs them no more."""
    with changing(onboarding.pk) as locked:
        if not locked.is_going_on:
            raise Refused("This onboarding is over already.")
        return _end(locked, by=by, complete=False)


def resume(onboarding: Onboarding, *, by: Person) -> OnboardingEvent:
    """It goes on after all. Refused while a newer one of the district does."""
    with changing(onboarding.pk) as locked:
        if locked.is_going_on:
            raise Refused("This onboarding goes on already.")
        return _resume(locked, by=by)


def _end(onboarding: Onboarding, *, by: Person | None, complete: bool) -> OnboardingEvent:
    onboarding.ended_at = clock.now()
    onboarding.save(update_fields=["ended_at"])
    return append(onboarding, Kind.ENDED, by=by, complete=complete)


def _resume(onboarding: Onboarding, *, by: Person) -> OnboardingEvent:
    refuse_a_second(onboarding.district)
    onboarding.ended_at = None
    onboarding.save(update_fields=["ended_at"])
    return append(onboarding, Kind.RESUMED, by=by)
