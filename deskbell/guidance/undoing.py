"""Taking back what was done to an onboarding: by the verb that does the opposite, so it is an event too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Q

from deskbell.guidance.doing import reopen, resume
from deskbell.guidance.events import Kind, changing
from deskbell.guidance.models import Onboarding, OnboardingEvent
from deskbell.guidance.planning import give, move, remove, restore, set_due, set_lead
from deskbell.lib.errors import NotFound, Refused
from deskbell.people.models import Agent, Person

Undo = Callable[[OnboardingEvent, Person], OnboardingEvent]


def undo(onboarding: Onboarding, sequence: int, *, by: Person) -> OnboardingEvent:
    """Take back the event with this number; returns the one that did. Refused if the same was changed since,
    and for what can't be taken back."""
    with changing(onboarding.pk) as locked:
        rows = locked.events.select_related("step", "onboarding__district")
        event = rows.filter(sequence=sequence).first()
        if event is None:
            raise NotFound("There is no such change of this onboarding.")
        if not can_be_undone(event):
            raise Refused("This can’t be taken back.")
        if _overtaken(event):
            raise Refused("It was changed again since then: take that back first.")
        return UNDO[Kind(event.kind)](event, by)


def _overtaken(event: OnboardingEvent) -> bool:
    """Was the same changed since? A step's day moves with the days of all, too."""
    newer = event.onboarding.events.filter(sequence__gt=event.sequence)
    same = Q(kind=event.kind, step=event.step)
    return newer.filter(same | Q(kind=Kind.DATES) if event.kind == Kind.DUE else same).exists()


def can_be_undone(event: OnboardingEvent) -> bool:
    """Is there an opposite of it? Whether something newer stands in the way is asked by `undo`."""
    return event.kind in UNDO and not event.data.get("complete")


def _dates(event: OnboardingEvent, by: Person) -> OnboardingEvent:
    start, live = (date.fromisoformat(each) for each in event.data["before"])
    return move(event.onboarding, starts_on=start, goes_live_on=live, by=by)


def _due(event: OnboardingEvent, by: Person) -> OnboardingEvent:
    assert event.step
    return set_due(event.step, date.fromisoformat(event.data["before"]["due_on"]), by=by)


def _owner(event: OnboardingEvent, by: Person) -> OnboardingEvent:
    assert event.step
    return give(event.step, Person.objects.filter(pk=event.data["before"]).first(), by=by)


def _lead(event: OnboardingEvent, by: Person) -> OnboardingEvent:
    before = Agent.objects.filter(pk=event.data["before"]).first()
    if before is None:
        raise Refused("Nobody led it before: choose someone else instead.")
    return set_lead(event.onboarding, before, by=by)


def _of_step(verb: Callable[..., OnboardingEvent]) -> Undo:
    return lambda event, by: verb(event.step, by=by)


UNDO: dict[Kind, Undo] = {
    Kind.DONE: _of_step(reopen),
    Kind.DATES: _dates,
    Kind.DUE: _due,
    Kind.OWNER: _owner,
    Kind.LEAD: _lead,
    Kind.ADDED: _of_step(remove),
    Kind.REMOVED: _of_step(restore),
    Kind.ENDED: lambda event, by: resume(event.onboarding, by=by),
}
