"""The receipt: whoever wrote to the desk hears at once that it has arrived, and what happens next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count

from deskbell.lib import clock
from deskbell.lib.locks import lock_words
from deskbell.lib.telling import takes_many
from deskbell.mail import letters
from deskbell.mail.addresses import wants_no_answer
from deskbell.mail.arrivals import address_of
from deskbell.mail.branding import brand_for
from deskbell.mail.composing import subject_for
from deskbell.mail.history import as_html
from deskbell.mail.letters import Letter
from deskbell.mail.models import OutboundMail, SupportAddress
from deskbell.mail.names import first_name, from_name
from deskbell.mail.queueing import can_be_written_to, enqueue
from deskbell.mail.trouble import Trouble, known_trouble
from deskbell.people.desk import the_desk
from deskbell.people.models import Desk, Person
from deskbell.sla.models import Clock
from deskbell.tickets.events import TicketOpened
from deskbell.tickets.links import link_for
from deskbell.tickets.models import Channel, Side, Ticket

MOST_AN_HOUR = 5
ZONES = {
    "America/New_York": "Eastern Time",
    "America/Detroit": "Eastern Time",
    "America/Chicago": "Central Time",
    "America/Denver": "Mountain Time",
    "America/Boise": "Mountain Time",
    "America/Phoenix": "Arizona Time",
    "America/Los_Angeles": "Pacific Time",
    "America/Anchorage": "Alaska Time",
    "Pacific/Honolulu": "Hawaii Time",
}


@takes_many
def queue(facts: Sequence[TicketOpened]) -> None:
    """Queue the receipts of tickets that people opened by mail. Robots and lists never get one."""
    asked = [
        (fact.ticket, requester) for fact in facts if (requester := _who_gets_one(fact)) is not None
    ]
    if not asked:
        return
    had = _had_lately({requester.email or "" for _, requester in asked})
    tickets = [ticket for ticket, _ in asked]
    due, trouble = dues_in_words(tickets, the_desk().zone), known_trouble(tickets)
    for ticket, requester in asked:
        had[requester.email or ""] += 1
        if had[requester.email or ""] <= MOST_AN_HOUR:
            _queue(ticket, requester, due[ticket.pk], trouble.get(ticket.pk))


def _who_gets_one(fact: TicketOpened) -> Person | None:
    ticket, requester = fact.ticket, fact.ticket.requester
    if ticket.channel != Channel.MAIL or fact.message.side != Side.CUSTOMER or fact.quiet:
        return None
    if requester is None or not can_be_written_to(requester):
        return None
    if requester.mail_fails_since or wants_no_answer(requester.email or ""):
        return None
    return requester


def _queue(ticket: Ticket, requester: Person, due: str, trouble: Trouble | None) -> None:
    address, desk = address_of(ticket), the_desk()
    enqueue(
        OutboundMail.Kind.RECEIPT,
        requester,
        subject=subject_for(ticket),
        from_name=from_name(None, address, desk.name),
        letter=_letter(ticket, requester, address, desk, _news(due, trouble)),
        sender=address,
        ticket=ticket,
    )


def _letter(
    ticket: Ticket,
    requester: Person,
    address: SupportAddress | None,
    desk: Desk,
    news: dict[str, str],
) -> Letter:
    signature = address.signature.strip() if address else ""
    return letters.written(
        OutboundMail.Kind.RECEIPT,
        {
            "name": first_name(requester.name),
            "number": ticket.number,
            "subject": ticket.subject,
            "team": ticket.team.name if ticket.team else "support",
            **news,
            "page": link_for(ticket, requester),
            "signature": signature,
            "desk": desk.name,
        },
        marked={"signature": as_html(signature)},
        address=address,
        brand=brand_for(ticket.district),
    )


def _news(due: str, trouble: Trouble | None) -> dict[str, str]:
    """By when someone replies, and of which trouble the desk knows (K11)."""
    title, status = (trouble.title, trouble.page) if trouble else ("", "")
    return {"due": due, "trouble": title, "status": status}


def due_in_words(ticket: Ticket, desk_zone: str) -> str:
    """By when someone replies: “Monday, November 30 at 12:00 pm Eastern Time”; empty if no clock runs.

    In the zone of the customer's district, else of the desk.
    """
    return dues_in_words([ticket], desk_zone)[ticket.pk]


def dues_in_words(tickets: Sequence[Ticket], desk_zone: str) -> dict[int, str]:
    """`due_in_words` for several tickets, by number, in one query."""
    running = Clock.objects.unstopped().of(tickets).filter(metric=Clock.Metric.FIRST_REPLY)
    due = {c.ticket_id: c.due_at for c in running.exclude(due_at=None).order_by("-due_at", "-id")}
    found = dict.fromkeys((ticket.pk for ticket in tickets), "")
    for ticket in tickets:
        if instant := due.get(ticket.pk):
            found[ticket.pk] = in_words(instant, ticket.zone or desk_zone)
    return found


def in_words(instant: datetime, zone: str) -> str:
    """An instant as people say it, on the wall clock of a zone that is named."""
    local = instant.astimezone(ZoneInfo(zone))
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    name = ZONES.get(zone) or f"{zone.rpartition('/')[2].replace('_', ' ')} time"
    return f"{local:%A, %B} {local.day} at {hour}:{local:%M} {half} {name}"


def _had_lately(addresses: Collection[str]) -> Counter[str]:
    """How many receipts each had in the last hour: a sender gets few, so that two robots that nobody
    recognised fall silent. Two workers can't count at the same time."""
    lock_words(addresses)
    since = clock.now() - timedelta(hours=1)
    receipts = OutboundMail.objects.filter(kind=OutboundMail.Kind.RECEIPT, created_at__gt=since)
    counted = receipts.filter(to_address__in=addresses).values_list("to_address")
    return Counter(dict(counted.annotate(many=Count("pk")).order_by()))
