"""Days and owners of an onboarding's steps, and which steps it has; done ones stay as they were."""

from __future__ import annotations

from datetime import date, timedelta

from deskbell.guidance.beginning import check_days
from deskbell.guidance.days import calendar_of, distance, due_on, is_working
from deskbell.guidance.events import OVER, Kind, append, changing, changing_step
from deskbell.guidance.models import (
    LONGEST_TITLE,
    Anchor,
    Onboarding,
    OnboardingEvent,
    Side,
    Step,
)
from deskbell.guidance.owners import may_own
from deskbell.guidance.template import LONGEST_TEXT
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.text import plain
from deskbell.look.dates import date_name
from deskbell.people.models import Agent, Person
from deskbell.sla.coverages.words import needed

A_YEAR = timedelta(days=366)


def move(
    onboarding: Onboarding, *, starts_on: date, goes_live_on: date, by: Person
) -> OnboardingEvent:
    """Another start, or another go-live; the steps that are not done go along. Refused if nothing moves."""
    with changing(onboarding.pk) as locked:
        _refuse_if_over(locked)
        before = [f"{locked.starts_on:%F}", f"{locked.goes_live_on:%F}"]
        after = [f"{starts_on:%F}", f"{goes_live_on:%F}"]
        if before == after:
            raise Refused("These are its days already.")
        check_days(starts_on, goes_live_on)
        locked.starts_on, locked.goes_live_on = starts_on, goes_live_on
        locked.save(update_fields=["starts_on", "goes_live_on"])
        return append(
            locked, Kind.DATES, by=by, before=before, after=after, moved=_move_steps(locked)
        )


def _move_steps(onboarding: Onboarding) -> int:
    """How many of those that are not done have another day now."""
    calendar, moved = calendar_of(onboarding.district), []
    for step in onboarding.to_do:
        day = due_on(calendar, onboarding, step.anchor, step.days)
        if day != step.due_on:
            step.due_on, step.told_on, step.told_times = day, None, 0
            moved.append(step)
    Step.objects.bulk_update(moved, ["due_on", "told_on", "told_times"])
    return len(moved)


def set_due(step: Step, day: date, *, by: Person) -> OnboardingEvent:
    """One step's day; it keeps its distance from its anchor when that moves. Refused for a day off."""
    with changing_step(step) as (onboarding, locked):
        if locked.is_done:
            raise Refused("This step is done: its day is history.")
        days = _days_to(onboarding, locked.anchor, day)
        before = {"due_on": f"{locked.due_on:%F}", "days": locked.days}
        locked.due_on, locked.days, locked.told_on, locked.told_times = day, days, None, 0
        locked.save(update_fields=["due_on", "days", "told_on", "told_times"])
        return append(onboarding, Kind.DUE, by=by, step=locked, before=before, after=f"{day:%F}")


def give(step: Step, owner: Person | None, *, by: Person) -> OnboardingEvent:
    """Who does it: an agent, or someone with a place in the district; nobody: the lead, or its owners."""
    with changing_step(step) as (onboarding, locked):
        if owner is not None and not may_own(locked, onboarding, owner):
            raise Refused(f"{owner} can’t do this step: choose one of {_whom(locked, onboarding)}.")
        before, locked.owner = locked.owner_id, owner
        locked.save(update_fields=["owner"])
        named = {"before": before, "after": owner.pk if owner else None, "name": str(owner or "")}
        return append(onboarding, Kind.OWNER, by=by, step=locked, **named)


def set_lead(onboarding: Onboarding, lead: Agent, *, by: Person) -> OnboardingEvent:
    """Who answers for all of it, and hears of what stays late. Owners of steps stay."""
    with changing(onboarding.pk) as locked:
        _refuse_if_over(locked)
        before, locked.lead = locked.lead_id, lead
        locked.save(update_fields=["lead"])
        return append(locked, Kind.LEAD, by=by, before=before, name=str(lead))


def add(
    onboarding: Onboarding, title: str, *, text: str, side: str, day: date, by: Person
) -> OnboardingEvent:
    """A step that this district alone has; its day moves with the go-live."""
    title = needed(title, LONGEST_TITLE, "Say in a few words what there is to do.")
    if side not in Side.values:
        raise Refused("Choose whose step it is.")
    with changing(onboarding.pk) as locked:
        _refuse_if_over(locked)
        step = locked.steps.create(
            title=title,
            text=plain(text).strip()[:LONGEST_TEXT],
            side=side,
            anchor=Anchor.GO_LIVE,
            days=_days_to(locked, Anchor.GO_LIVE, day),
            due_on=day,
        )
        return append(locked, Kind.ADDED, by=by, step=step)


def remove(step: Step, *, by: Person) -> OnboardingEvent:
    """Take a step out that this district doesn't need. Refused for what is done, and for the last one."""
    with changing_step(step) as (onboarding, locked):
        if locked.is_done:
            raise Refused("This step is done: it stays.")
        if onboarding.to_do.count() == 1:
            raise Refused("This is the last step that is left. End the onboarding instead.")
        locked.removed_at = clock.now()
        locked.save(update_fields=["removed_at"])
        return append(onboarding, Kind.REMOVED, by=by, step=locked)


def restore(step: Step, *, by: Person) -> OnboardingEvent:
    """Put a step back that was taken out; its day is that of its anchor now."""
    with changing(step.onboarding_id) as onboarding:
        _refuse_if_over(onboarding)
        locked = onboarding.steps.get(pk=step.pk)
        if locked.removed_at is None:
            raise Refused("This step was not taken out.")
        locked.removed_at = None
        calendar = calendar_of(onboarding.district)
        locked.due_on = due_on(calendar, onboarding, locked.anchor, locked.days)
        locked.save(update_fields=["removed_at", "due_on"])
        return append(onboarding, Kind.RESTORED, by=by, step=locked)


def _refuse_if_over(onboarding: Onboarding) -> None:
    if not onboarding.is_going_on:
        raise Refused(OVER)


def _days_to(onboarding: Onboarding, anchor: str, day: date) -> int:
    """The working days from the anchor to the day. Refused for a day off, and before it all begins."""
    calendar = calendar_of(onboarding.district)
    of = onboarding.goes_live_on if anchor == Anchor.GO_LIVE else onboarding.starts_on
    if not onboarding.starts_on <= day <= onboarding.starts_on + A_YEAR:
        raise Refused("Choose a day from the start on, within a year of it.")
    if day != of and not is_working(calendar, day):
        raise Refused(f"{date_name(day, 'en')} is no working day of {onboarding.district}.")
    return distance(calendar, of, day)


def _whom(step: Step, onboarding: Onboarding) -> str:
    return (
        "our team" if step.side == Side.TEAM else f"those who have a place in {onboarding.district}"
    )
