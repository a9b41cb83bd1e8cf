"""Districts of the town on their way in: one half-way, one late, one that has arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from deskbell.guidance.asking import ask
from deskbell.guidance.beginning import begin
from deskbell.guidance.days import calendar_of, working_day
from deskbell.guidance.doing import mark_done
from deskbell.guidance.models import Onboarding
from deskbell.guidance.planning import move
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.lib.telling import unseen
from deskbell.people.models import Agent, District
from deskbell.tickets.models import Channel
from deskbell.tickets.words import Words

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOTES = {
    "Kickoff call": "Recording and minutes are in the shared folder.",
    "Share rosters and set up single sign-on": "Google works; Clever follows next week.",
    "Check sign-in and network from a school": "Signed in within six seconds, 40 Mbit/s in the lab.",
}
QUESTION = ("Which addresses exactly?", "Our web filter wants them one by one. Is there a list?")


@dataclass(frozen=True)
class Newcomer:
    """A district that began so many days ago, goes live so many later, and has done so many steps."""

    name: str
    began: int
    live: int
    done: int
    put_off: int = 0  # days by which its go-live was moved
    asks: bool = False


NEWCOMERS = (
    Newcomer("Prairie Star ISD", began=24, live=45, done=6, put_off=7),
    Newcomer("Pine Barrens Regional", began=18, live=40, done=2, asks=True),
    Newcomer("Lakeview Unified", began=75, live=40, done=12),
)


@transaction.atomic
def welcome() -> None:
    """Begin the onboardings, and let happen what has happened by now."""
    lead = (
        Agent.objects.filter(person__demo=True, teams__purpose="onboarding").order_by("pk").first()
    )
    assert lead
    with unseen():
        for each in NEWCOMERS:
            _bring_in(each, District.objects.get(name=each.name, demo=True), lead)


def forget() -> None:
    """Remove the town's onboardings: their events would keep its people."""
    Onboarding.objects.filter(district__demo=True).delete()


def _bring_in(newcomer: Newcomer, district: District, lead: Agent) -> None:
    calendar, now = calendar_of(district), clock.now()
    start = working_day(calendar, (now - newcomer.began * DAY).date(), 1)
    live = working_day(calendar, start + newcomer.live * DAY, 1)
    with moved_to(now - newcomer.began * DAY):
        onboarding = begin(district, starts_on=start, goes_live_on=live, lead=lead, by=lead)
    for step in list(onboarding.to_do)[: newcomer.done]:
        with moved_to(_by(step.due_on)):
            mark_done(step, note=NOTES.get(step.title, ""), by=step.owner or lead.person)
    if newcomer.put_off:
        later = working_day(calendar, live + newcomer.put_off * DAY, 1)
        with moved_to(now - 2 * DAY):
            move(onboarding, starts_on=start, goes_live_on=later, by=lead.person)
    if newcomer.asks:
        _ask(onboarding)


def _by(day: date) -> datetime:
    """Some hours into that day, or an hour ago if it is still to come."""
    return min(datetime.combine(day, time(15), UTC), clock.now() - HOUR)


def _ask(onboarding: Onboarding) -> None:
    step = onboarding.steps.get(title="Allow the service in your network")
    assert step.owner
    subject, text = QUESTION
    with moved_to(clock.now() - 20 * HOUR):
        ask(step, subject, Words(text, door=Channel.PORTAL), requester=step.owner)
