"""An onboarding begins: the template becomes steps with owners and days."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from deskbell.guidance import template
from deskbell.guidance.days import calendar_of, due_on
from deskbell.guidance.events import Kind, append, changing
from deskbell.guidance.models import Onboarding, Side, Step
from deskbell.guidance.owners import owners_of
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.locks import lock_words
from deskbell.people.models import Agent, District

FARTHEST = timedelta(days=2 * 366)  # a date in a form; nearer than what the calendars know


@transaction.atomic
def begin(
    district: District, *, starts_on: date, goes_live_on: date, lead: Agent, by: Agent
) -> Onboarding:
    """Begin the onboarding of a district; the lead owns the team's steps, the district's first owner theirs.
    Refused while another goes on there, and for days in the wrong order or too far away."""
    check_days(starts_on, goes_live_on)
    refuse_a_second(district)
    now = clock.now()
    made = Onboarding.objects.create(
        district=district,
        lead=lead,
        starts_on=starts_on,
        goes_live_on=goes_live_on,
        begun_at=now,
        updated_at=now,
    )
    with changing(made.pk) as onboarding:
        _make_steps(onboarding, lead)
        append(
            onboarding, Kind.BEGUN, by=by.person, dates=[f"{starts_on:%F}", f"{goes_live_on:%F}"]
        )
    return onboarding


def check_days(starts_on: date, goes_live_on: date) -> None:
    """Refuses days that an onboarding can't have."""
    if goes_live_on <= starts_on:
        raise Refused("Choose a go-live after the start.")
    today = clock.now().date()
    if max(abs(starts_on - today), abs(goes_live_on - today)) > FARTHEST:
        raise Refused("Choose days within two years of today.")


def refuse_a_second(district: District) -> None:
    """Of two who begin one in the same district at once, the second is told."""
    lock_words([f"onboarding of {district.pk}"])
    if Onboarding.objects.going_on().filter(district=district).exists():
        raise Refused(f"An onboarding of {district} goes on already.")


def _make_steps(onboarding: Onboarding, lead: Agent) -> None:
    calendar = calendar_of(onboarding.district)
    first = next(iter(owners_of(onboarding.district)), None)
    owners = {Side.TEAM: lead.person, Side.DISTRICT: first}
    Step.objects.bulk_create(
        Step(
            onboarding=onboarding,
            title=each.title,
            title_es=each.title_es,
            text=each.text,
            text_es=each.text_es,
            side=each.side,
            anchor=each.anchor,
            days=each.days,
            due_on=due_on(calendar, onboarding, each.anchor, each.days),
            owner=owners[Side(each.side)],
        )
        for each in template.steps_of(template.current())
    )
