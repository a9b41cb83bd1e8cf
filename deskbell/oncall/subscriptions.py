"""Calendars elsewhere that the desk reads again and again (S9): people's leave, and schedules' shifts.

They are read and never written. What cannot be read now leaves what was read last as it is, and its
problem is shown beside it and told once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError, transaction

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.outbound import Request, Unreachable, checked_url, fetch
from deskbell.lib.sealing import seal, unseal
from deskbell.lib.zones import zone
from deskbell.oncall import absences
from deskbell.oncall.duties import changing
from deskbell.oncall.gaps import keeping as gaps
from deskbell.oncall.models import Schedule, Subscription
from deskbell.people import notices
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent
from deskbell.people.teams import working_agents
from deskbell.sla.ical.contained import LARGEST, read_calendar
from deskbell.sla.ical.reading import Event

BEFORE, AHEAD = timedelta(days=40), timedelta(days=200)
SECONDS, MOST_REDIRECTS, MOST_UNKNOWN = 10.0, 3, 10
log = logging.getLogger(__name__)


def subscribe(of: Agent | Schedule, address: str) -> Subscription:
    """Read the calendar at this address from now on, instead of the one before. It is read at once, so
    that a wrong address is refused with what to change."""
    url = checked_url(_as_https(address.strip()))
    read = _fetched(url)
    with transaction.atomic():
        made, _ = Subscription.objects.update_or_create(
            **_subject(of), defaults={"sealed": seal(url), "host": urlsplit(url).hostname or ""}
        )
        _take(made, read)
    return made


def unsubscribe(of: Agent | Schedule) -> None:
    """Read it no more. Leave that it told stays away until it is removed; a schedule's shifts go."""
    found = subscription_of(of)
    if found is None:
        raise NotFound("No calendar is read here.")
    with transaction.atomic():  # the row first, then its schedule: as who reads it does
        locked = Subscription.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if locked.schedule:
            with changing(locked.schedule):
                locked.delete()
        else:
            locked.delete()


def subscription_of(of: Agent | Schedule) -> Subscription | None:
    """The calendar that is read for someone or for a schedule."""
    return Subscription.objects.filter(**_subject(of)).first()


def read_all() -> None:
    """Read every calendar again. One that fails stops no other."""
    for number in Subscription.objects.order_by("pk").values_list("pk", flat=True):
        try:
            _read_again(number)
        except (InterfaceError, OperationalError):
            raise  # the database is away: no calendar is to blame, and none can be kept
        except (
            Exception
        ):  # whatever one stranger's calendar provokes: the others are read all the same
            log.exception("The calendar %s can't be read", number)


def _read_again(number: int) -> None:
    found = Subscription.objects.filter(pk=number).first()
    if found is None:
        return
    try:
        read = _fetched(unseal(found.sealed))
        with transaction.atomic():
            locked = Subscription.objects.select_for_update().filter(pk=number).first()
            if locked is None or locked.sealed != found.sealed:
                return  # someone has changed the address meanwhile
            _take(locked, read)
    except Refused as error:
        _fail(found, str(error))


def _take(found: Subscription, content: bytes) -> None:
    """Let what the calendar says hold. Raises Refused for one that can't be read."""
    if found.agent:
        absences.take_in(found.agent, content, found.agent.person.zone or the_desk().zone)
    elif found.schedule:
        _take_shifts(found, found.schedule, content)
    found.problem, found.read_at, found.tried_at = "", clock.now(), clock.now()
    found.save()
    gaps.look_again()  # nobody is there to be asked why: what it opens is told to the managers


def _take_shifts(found: Subscription, schedule: Schedule, content: bytes) -> None:
    today = clock.now().astimezone(zone(schedule.zone)).date()
    events = read_calendar(content, schedule.zone, today - BEFORE, today + AHEAD)
    agents = working_agents()
    told = {event: _people(event, agents) for event in events}
    unknown = {event.name for event, people in told.items() if not people}
    found.unknown = sorted(unknown)[:MOST_UNKNOWN]
    shifts = [_shift(event, schedule.zone, people) for event, people in told.items() if people]
    if _to_come(shifts) == _to_come(found.shifts):
        return
    with changing(schedule):
        found.shifts = shifts
        found.save(update_fields=["shifts"])


def _people(event: Event, agents: Iterable[Agent]) -> list[str]:
    """Whom an event names: by mail address, by whole name, else by a first name that one person has."""
    title = f" {_words(event.name)} "
    agents = list(agents)
    named = [
        agent
        for agent in agents
        if (agent.person.email or "-").lower() in event.name.lower().split()
        or f" {_words(agent.person.name)} " in title
    ]
    if not named:
        first = [(_words(agent.person.name).split(" ")[0], agent) for agent in agents]
        named = [
            agent
            for name, agent in first
            if f" {name} " in title and sum(name == other for other, _ in first) == 1
        ]
    return [str(agent.pk) for agent in named]


def _words(text: str) -> str:
    """Letters and digits alone, in lower case, with one space between words."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def _shift(event: Event, zone_name: str, people: Sequence[str]) -> dict[str, Any]:
    start, end = absences.bounds(event, zone_name)
    return {"from": _utc(start), "to": _utc(end), "people": list(people)}


def _to_come(shifts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in shifts if each["to"] > _utc(clock.now())]


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds")


def _fail(tried: Subscription, why: str) -> None:
    """Note why it can't be read, unless its address has changed meanwhile; who reads it is told the first
    time."""
    same = Subscription.objects.filter(pk=tried.pk, sealed=tried.sealed)
    found = same.select_related("agent__person", "schedule").first()
    if found is None:
        return
    if not found.problem:
        told = [found.agent] if found.agent else gaps.managers()
        path = "/oncall/mine" if found.agent else f"/oncall/schedules/{found.schedule_id}"
        with transaction.atomic():
            notices.notify(told, f"The calendar at {found.host} can’t be read: {why}", path=path)
    same.update(problem=why[:300], tried_at=clock.now())


def _fetched(url: str) -> bytes:
    """What stands at the address. Raises Refused with a sentence, which never names the whole address."""
    try:
        answer = fetch(Request(url, within=SECONDS, most=LARGEST, redirects=MOST_REDIRECTS))
    except Unreachable as error:
        raise Refused(f"This calendar can’t be reached: {error}") from None
    if answer.status != 200:
        raise Refused(f"This calendar’s server answers {answer.status}: copy its address again.")
    return answer.content


def _as_https(address: str) -> str:
    """Calendar programs write `webcal:` for a subscription."""
    scheme, colon, rest = address.partition(":")
    return f"https:{rest}" if colon and scheme.lower() in {"webcal", "webcals"} else address


def _subject(of: Agent | Schedule) -> dict[str, Any]:
    return {"agent": of} if isinstance(of, Agent) else {"schedule": of}
