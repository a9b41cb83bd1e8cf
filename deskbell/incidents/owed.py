"""The promised next update: whoever owes it is reminded, then the lead hears of it, then the managers.

How many steps were told stands on the incident and changes under its lock, so each is told once however
many workers run; what was missed while none ran is caught up, in words that are true by then.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from deskbell.incidents.events import IncidentChanged, Kind, append, changing
from deskbell.incidents.models import Incident
from deskbell.incidents.updating import latest
from deskbell.lib import clock
from deskbell.lib.savepoints import by_itself
from deskbell.lib.telling import tell
from deskbell.look.words import duration
from deskbell.people.models import Agent
from deskbell.people.notices import Topic, notify

AHEAD = timedelta(minutes=10)
SHARE_AHEAD = 0.2  # of a short promise: a reminder at 80 % of it
LATE = timedelta(minutes=15)
STEPS = 3
BATCH = 100
LONGEST_SLEEP = 5.0  # seconds; a new promise wakes the loop
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Owed:
    """The instants at which the author, the lead and the managers are told of one promise."""

    number: int
    told: int  # steps
    promised: datetime
    made: datetime

    @property
    def next_at(self) -> datetime:
        ahead = min(AHEAD, SHARE_AHEAD * (self.promised - self.made))
        return (self.promised - ahead, self.promised, self.promised + LATE)[self.told]


def step() -> float:
    """Remind of each promise whose instant has come; answers the seconds until the next one (the worker)."""
    now = clock.now()
    owed = _owed()
    for each in owed:
        if each.next_at <= now:
            with by_itself(log, "Nobody could be reminded of incident %s", each.number):
                remind(each.number)
    waits = [(each.next_at - now).total_seconds() for each in owed if each.next_at > now]
    return max(0.1, min([LONGEST_SLEEP, *waits]))


def remind(number: int) -> int:
    """Tell whoever the steps name that have come since; returns how many steps these were. Told again,
    after someone else was quicker or an update was published, it does nothing."""
    with changing(number) as locked:
        now, before = clock.now(), locked.reminded
        while (owed := _of(locked)) and owed.next_at <= now:
            locked.reminded += 1
        if locked.reminded > before:
            locked.save(update_fields=["reminded"])
            _tell(locked, range(before, locked.reminded))
    return locked.reminded - before


def _owed() -> list[Owed]:
    """The promises of which somebody is still to be told, those that are due first."""
    rows = Incident.objects.open().filter(next_update_at__isnull=False, reminded__lt=STEPS)
    found = [_of(incident) for incident in rows.order_by("next_update_at")[:BATCH]]
    return [owed for owed in found if owed]


def _of(incident: Incident) -> Owed | None:
    promised, update = incident.next_update_at, latest(incident)
    if promised is None or not incident.is_open or incident.reminded >= STEPS:
        return None
    made = update.at if update else incident.declared_at
    return Owed(incident.pk, incident.reminded, promised, made)


def _tell(incident: Incident, steps: range) -> None:
    """One notice to each person, whichever of the steps names them."""
    people: dict[int, Agent] = {}
    for number in steps:
        people |= {agent.pk: agent for agent in _people(incident, number)}
    told = list(people.values())
    notify(told, _words(incident), path=_path(incident), urgent=True, topic=Topic.DUE_SOON)
    assert incident.next_update_at
    event = append(
        incident,
        Kind.REMINDED,
        step=steps[-1] + 1,
        promised=incident.next_update_at.isoformat(),
        names=[str(agent) for agent in told],
    )
    tell(IncidentChanged(incident, event))


def _people(incident: Incident, step: int) -> list[Agent]:
    """Whom a step names. One that would reach nobody reaches the managers."""
    update = latest(incident)
    author = incident.communications or (update.by if update else None) or incident.lead
    named = [[author], [incident.lead or author], []][step]
    working = Agent.objects.filter(person__is_active=True).select_related("person").order_by("pk")
    # The make-believe town rings no real person's bell.
    here = [each for each in working if each.person.demo or not incident.demo]
    found = [agent for agent in here if agent in named]
    managers = [agent for agent in here if agent.role == Agent.Role.MANAGER]
    return found or managers or [agent for agent in here if agent.is_administrator]


def _words(incident: Incident) -> str:
    assert incident.next_update_at
    left = incident.next_update_at - clock.now()
    if left > timedelta(minutes=1):
        when = f"is due in {duration(left)}"
    elif left > -timedelta(minutes=1):
        when = "is due now"
    else:
        when = f"is late by {duration(-left)}"
    return f"The promised update of incident {incident.pk} {when}: {incident.title}"


def _path(incident: Incident) -> str:
    return f"/incidents/{incident.pk}"
