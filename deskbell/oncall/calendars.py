"""Calendars out: who is on call, for calendar programs, at an address that is the secret (S9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from icalendar import Calendar, Event

from deskbell.lib import clock
from deskbell.lib.errors import NotFound
from deskbell.lib.ids import new_token
from deskbell.oncall.models import PersonalCalendar, Schedule
from deskbell.oncall.schedules import Span, spans
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent

BEFORE, AFTER = timedelta(days=35), timedelta(days=185)


def feed(token: str) -> bytes:
    """The calendar behind a secret address, a schedule's or a person's; NotFound."""
    schedule = Schedule.objects.filter(calendar_token=token).first()
    if schedule:
        return _written(str(schedule), [(schedule, span) for span in _spans(schedule)])
    personal = PersonalCalendar.objects.select_related("agent__person").filter(token=token).first()
    if personal is None or not personal.agent.person.is_active:
        raise NotFound("There is no calendar at this address.")
    theirs = [
        (schedule, span)
        for schedule in Schedule.objects.order_by("place", "id")
        for span in _spans(schedule)
        if personal.agent.pk in span.agents
    ]
    return _written(f"On call: {personal.agent}", theirs)


def token_of(agent: Agent) -> str:
    """The secret of the agent's own calendar; it is made when it is first asked for."""
    return PersonalCalendar.objects.get_or_create(agent=agent)[0].token


@transaction.atomic
def renew(agent: Agent) -> None:
    """Give the agent's calendar a new address; the old one leads nowhere from now on."""
    PersonalCalendar.objects.update_or_create(agent=agent, defaults={"token": new_token()})


def renew_schedule(schedule: Schedule) -> None:
    """Likewise for a schedule's calendar."""
    schedule.calendar_token = new_token()
    schedule.save(update_fields=["calendar_token"])


def _spans(schedule: Schedule) -> list[Span]:
    now = clock.now()
    return spans(schedule, now - BEFORE, now + AFTER)


def _written(name: str, found: Iterable[tuple[Schedule, Span]]) -> bytes:
    entries = [(schedule, span) for schedule, span in found if span.agents]
    agents = Agent.objects.select_related("person").in_bulk(
        {number for _, span in entries for number in span.agents}
    )
    calendar = Calendar()
    calendar.add("prodid", "-//Deskbell//On call//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{name}, {the_desk().name}")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for schedule, span in entries:
        who = " and ".join(str(agents[number]) for number in span.agents if number in agents)
        event = Event()
        event.add("uid", f"oncall-{schedule.pk}-{span.start:%Y%m%dT%H%M%S}-{who}")
        event.add("summary", f"On call ({schedule}): {who}")
        event.add("dtstart", span.start)
        event.add("dtend", span.end)
        event.add("dtstamp", clock.now())
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
