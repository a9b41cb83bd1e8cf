"""What broke in the make-believe town, as everyone was told: an incident for each outage of its parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from deskbell.cli.demo.cast import Cast
from deskbell.cli.demo.parts import DAY, MINUTE, PARTS, Part
from deskbell.incidents import cause, declaring, joining, updating
from deskbell.incidents.models import Incident, IncidentTicket, Phase, Postmortem, Severity
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.lib.telling import unseen
from deskbell.monitoring.models import Component, VendorIncident
from deskbell.people.models import Agent
from deskbell.tickets.models import Channel, Ticket

SEVERITIES = {"urgent": Severity.CRITICAL, "high": Severity.MAJOR, "normal": Severity.MINOR}


@dataclass(frozen=True)
class Trouble:
    """An outage in customers' words: its title, and what was told in each phase."""

    title: str
    investigating: str
    identified: str
    monitoring: str
    resolved: str
    spanish: str = ""  # of what was told first


TROUBLES = {
    "District mail": Trouble(
        "Mails between districts arrive late",
        "Mails from and to district addresses wait for up to an hour. None is lost.",
        "The mail store ran out of room. We are adding disks.",
        "New mail arrives at once. What has waited is on its way.",
        "All mails have arrived.",
    ),
    "Sign-in": Trouble(
        "Students can’t sign in",
        "Signing in fails for most students. Who is signed in can go on working. "
        "We are looking into it.",
        "A certificate between two of our servers had run out. We are replacing it.",
        "Signing in works again. We are watching it through the next class change.",
        "Signing in has worked well for an hour. Thank you for your patience.",
        "La mayoría de los estudiantes no puede iniciar sesión. Quien ya inició sesión puede "
        "seguir trabajando. Lo estamos investigando.",
    ),
    "Video portal": Trouble(
        "Videos don’t start",
        "Videos show a black picture. Live classes are not affected.",
        "A new version of the player did not work with older Chromebooks. We are going back to "
        "the one before.",
        "Videos play again. Reload the page if yours does not.",
        "Videos play everywhere.",
    ),
    "Content delivery": Trouble(
        "Videos take long to begin",
        "Videos begin slowly, mostly in the Midwest. They play well once they run.",
        "Our delivery network answers slowly in one place. Its operator is moving the traffic; we stay "
        "in touch with them.",
        "",
        "",
        "Los videos tardan en empezar, sobre todo en el Medio Oeste. Después se reproducen bien.",
    ),
    "Live classroom": Trouble(
        "Live classes drop out",
        "Live classes lose sound or picture in some districts. Recordings are not affected. "
        "We are looking into it.",
        "One of our relays drops connections. We are moving classes to another one; a class that "
        "has dropped out can be joined again now.",
        "",
        "",
        "Las clases en vivo pierden sonido o imagen en algunos distritos. Lo estamos investigando.",
    ),
}


def befall(random: Random, town: Cast) -> None:
    """An incident for each outage, the oldest first; the one that lasts goes on."""
    with transaction.atomic(), unseen():
        happened = [(ago, lasted, part) for part in PARTS for ago, lasted in part.outages]
        for ago, lasted, part in sorted(happened, reverse=True, key=lambda each: each[0]):
            trouble = TROUBLES[part.name]
            began = clock.now() - ago
            incident = _declared(trouble, part, began, random.choice(town.engineers))
            speaker = random.choice(town.support)
            if ago > lasted:
                _told_to_the_end(incident, trouble, began, lasted, speaker)
            else:
                _told_so_far(incident, trouble, speaker)
        _by_a_vendor(random.choice(town.engineers), random.choice(town.support))
    _learn_from(Incident.objects.filter(demo=True, severity=Severity.CRITICAL).first())


def forget() -> None:
    """Take them away again."""
    Incident.objects.filter(demo=True).delete()


def _declared(trouble: Trouble, part: Part, began: datetime, by: Agent) -> Incident:
    severity = SEVERITIES[part.impact]
    component = Component.objects.get(name=part.name, key__startswith="demo-")
    with moved_to(began + 3 * MINUTE):
        return declaring.declare(
            trouble.title,
            severity=severity,
            by=by,
            components={component: declaring.STATE_OF[severity]},
            alerts=component.alerts.filter(started_at=began),
            started_at=began,
            demo=True,
        )


def _told_to_the_end(
    incident: Incident, trouble: Trouble, began: datetime, lasted: timedelta, by: Agent
) -> None:
    told = (
        (Phase.INVESTIGATING, trouble.investigating, 0.3),
        (Phase.IDENTIFIED, trouble.identified, 0.6),
        (Phase.MONITORING, trouble.monitoring, 1.0),
        (Phase.RESOLVED, trouble.resolved, 2.0),
    )
    for phase, text, part in told:
        with moved_to(began + max(4 * MINUTE, lasted * part)):
            _tell(incident, trouble, phase, text, by)


def _told_so_far(incident: Incident, trouble: Trouble, by: Agent) -> None:
    """Its customers have written: some tickets belong to it, the desk proposes others."""
    theirs = Ticket.objects.unfinished().filter(district__in=incident.districts.all(), demo=True)
    numbers = list(theirs.exclude(channel=Channel.ALERT).order_by("-number")[:6])
    with moved_to(clock.now() - 13 * MINUTE):
        joining.join(incident, numbers[:4], by=by)
    IncidentTicket.objects.bulk_create(
        IncidentTicket(
            incident=incident,
            ticket=ticket,
            state=IncidentTicket.State.PROPOSED,
            reason=f"{ticket.district} is concerned, and it came within the same half hour.",
        )
        for ticket in numbers[4:]
    )
    _tell_both(incident, trouble, by, first=12 * MINUTE, then=4 * MINUTE)


def _by_a_vendor(lead: Agent, by: Agent) -> None:
    """What goes on at a vendor, and slows down everyone."""
    told = VendorIncident.objects.filter(ended_at=None, components__key__startswith="demo-")
    what, trouble = told.order_by("-started_at")[0], TROUBLES["Content delivery"]
    with moved_to(what.started_at + 5 * MINUTE):
        incident = declaring.declare(
            trouble.title,
            severity=Severity.MINOR,
            by=lead,
            components=dict.fromkeys(what.components.all(), Component.State.DEGRADED),
            started_at=what.started_at,
            demo=True,
        )
        cause.attach(incident, what, by=lead)
    _tell_both(incident, trouble, by, first=85 * MINUTE, then=25 * MINUTE)


def _tell_both(
    incident: Incident, trouble: Trouble, by: Agent, *, first: timedelta, then: timedelta
) -> None:
    now = clock.now()
    with moved_to(now - first):
        _tell(incident, trouble, Phase.INVESTIGATING, trouble.investigating, by)
    with moved_to(now - then):
        _tell(incident, trouble, Phase.IDENTIFIED, trouble.identified, by)


def _tell(incident: Incident, trouble: Trouble, phase: Phase, text: str, by: Agent) -> None:
    draft = updating.Draft(
        key=f"demo-{incident.pk}-{phase}",
        phase=phase,
        text=text,
        text_es=trouble.spanish if phase == Phase.INVESTIGATING else "",
        next_update_at=None if phase == Phase.RESOLVED else clock.now() + 60 * MINUTE,
    )
    updating.publish(incident, draft, by=by)


def _learn_from(incident: Incident | None) -> None:
    if incident is None or incident.resolved_at is None:
        return
    Postmortem.objects.create(
        incident=incident,
        what_happened="At the first class change nobody could sign in. We learned of it by our own "
        "checks, two minutes before the first call.",
        impact="Six districts for half an hour. Work that was open went on.",
        causes="A certificate between two servers ran out. Its renewal had failed for a week, and "
        "the alarm about that went to a mailbox that nobody reads.",
        actions="Alarms of renewals page whoever is on call. Each certificate is watched by a check.",
        written_by=incident.lead,
        begun_at=incident.resolved_at + DAY,
        changed_at=incident.resolved_at + DAY,
        published_at=incident.resolved_at + 2 * DAY,
    )
