"""The signs of the last half hour that no incident explains yet: alerts and tickets, read in few queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Left

from deskbell.incidents.alike import words
from deskbell.incidents.models import Incident, IncidentTicket, Proposal
from deskbell.lib import clock
from deskbell.mail.addresses import wants_no_answer
from deskbell.monitoring.models import Alert, Component
from deskbell.people.models import District
from deskbell.tickets.models import Channel, Message, Side, Ticket

WITHIN = timedelta(minutes=30)
MOST_ALERTS, MOST_TICKETS = 300, 500
EARLIER = 300  # tickets by which the usual words are known
READ = 400  # letters of a message that are looked at


@dataclass(frozen=True)
class Written:
    """A customer's ticket: what it says, and the words of it that tell something."""

    ticket: Ticket
    text: str
    telling: list[str]


def alerts_since(since: datetime) -> list[Alert]:
    """Alerts that are neither a drill, nor silenced, nor make-believe, nor part of an open incident."""
    taken = Incident.objects.open().filter(alerts=OuterRef("pk"))
    dismissed = Proposal.objects.filter(
        state=Proposal.State.DISMISSED,
        alerts__source=OuterRef("source"),
        alerts__key=OuterRef("key"),
        decided_at__gt=since - WITHIN,
    )
    rows = Alert.objects.filter(received_at__gt=since, is_drill=False, silence=None).exclude(
        state=Alert.State.INFO
    )
    rows = rows.exclude(component__state=Component.State.MAINTENANCE).exclude(ticket__demo=True)
    rows = rows.filter(~Exists(taken), ~Exists(dismissed)).select_related("component")
    newest = list(rows.order_by("-received_at", "-id")[:MOST_ALERTS])
    # One that comes and goes is one sign, however often it fired.
    return sorted({(a.source_id, a.key): a for a in newest}.values(), key=lambda alert: alert.pk)


def tickets_since(since: datetime) -> list[Written]:
    """Tickets that people opened and that no open incident, and no dismissed proposal, has already."""
    taken = IncidentTicket.objects.filter(
        ticket=OuterRef("pk"), incident__resolved_at=None, state__in=["proposed", "joined"]
    )
    dismissed = Proposal.objects.filter(state=Proposal.State.DISMISSED, tickets=OuterRef("pk"))
    rows = _written_since(since).filter(~Exists(taken), ~Exists(dismissed))
    return read(list(rows[:MOST_TICKETS]), usual(since))


def new_for(incident: Incident, since: datetime) -> list[Written]:
    """Tickets that people of concerned districts opened and that have no place in this incident yet."""
    known = IncidentTicket.objects.filter(ticket=OuterRef("pk"), incident=incident)
    rows = _written_since(since).filter(~Exists(known))
    if not incident.for_everyone:
        rows = rows.filter(district__in=incident.districts.all())
    return read(list(rows[:MOST_TICKETS]), usual(since))


def of_tickets(tickets: list[Ticket]) -> list[Written]:
    """The same of tickets that are known."""
    found = Ticket.objects.select_related("district", "school", "requester")
    return read(list(found.filter(pk__in=[ticket.pk for ticket in tickets])), usual(clock.now()))


def usual(before: datetime) -> frozenset[str]:
    """The usual words of this desk, by the tickets before an instant."""
    rows = Ticket.objects.kept().filter(created_at__lt=before, demo=False, confidential=False)
    rows = rows.exclude(channel=Channel.ALERT)
    newest = list(rows.order_by("-number").values_list("number", "subject")[:EARLIER])
    texts = _first_words([number for number, _ in newest])
    return words.usual_words(f"{subject}\n{texts.get(number, '')}" for number, subject in newest)


def usual_in_titles(before: datetime) -> frozenset[str]:
    """What stands in most titles of this desk's alerts: “firing”, “production”."""
    rows = Alert.objects.filter(received_at__lt=before).order_by("-received_at")
    return words.usual_words(rows.values_list("title", flat=True)[:EARLIER], share=0.5)


def read(tickets: list[Ticket], usual: frozenset[str]) -> list[Written]:
    """What they say. The names of the one who writes, of their school and district, tell nothing."""
    texts = _first_words([ticket.pk for ticket in tickets])
    found = []
    for ticket in tickets:
        if ticket.pk not in texts:
            continue  # a machine wrote it
        people = (ticket.district, ticket.school, ticket.requester)
        own = [each.name for each in people if each]
        text = f"{ticket.subject}\n{texts[ticket.pk]}"
        found.append(Written(ticket, text, words.telling(text, usual, own)))
    return found


def _written_since(since: datetime) -> QuerySet[Ticket]:
    rows = Ticket.objects.unfinished().filter(
        updated_at__gt=since,
        created_at__gt=since,
        demo=False,
        confidential=False,
        requester__isnull=False,
    )
    rows = rows.exclude(channel=Channel.ALERT).select_related("district", "school", "requester")
    return rows.order_by("-number")


def _first_words(numbers: list[int]) -> dict[int, str]:
    """The beginning of each ticket's first message, where a person wrote it."""
    rows = Message.objects.filter(ticket__in=numbers).order_by("ticket", "id").distinct("ticket")
    told = rows.annotate(beginning=Left("text", READ)).values_list(
        "ticket", "side", "automatic", "author__email", "beginning"
    )
    found: dict[int, str] = {}
    for row in told:
        number, side, automatic, email, beginning = row
        if side == Side.CUSTOMER and not automatic and not wants_no_answer(email or ""):
            found[number] = beginning
    return found


def districts_among(found: list[Written]) -> list[District]:
    """The districts that wrote, each once."""
    known = {
        each.ticket.district.pk: each.ticket.district for each in found if each.ticket.district
    }
    return list(known.values())
