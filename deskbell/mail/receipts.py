"""The receipt: whoever wrote to the desk hears at once that it has arrived, and what happens next."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from deskbell.lib import clock
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


def queue(fact: TicketOpened) -> None:
    """Queue the receipt of a ticket that a person opened by mail. Robots and lists never get one."""
    ticket, message = fact.ticket, fact.message
    requester = ticket.requester
    if ticket.channel != Channel.MAIL or message.side != Side.CUSTOMER or fact.quiet:
        return
    if requester is None or not can_be_written_to(requester):
        return
    if requester.mail_fails_since or wants_no_answer(requester.email or ""):
        return
    if _has_had_enough(requester.email or ""):
        return
    address, desk = address_of(ticket), the_desk()
    enqueue(
        OutboundMail.Kind.RECEIPT,
        requester,
        subject=subject_for(ticket),
        from_name=from_name(None, address, desk.name),
        letter=_letter(ticket, requester, address, desk),
        sender=address,
        ticket=ticket,
    )


def _letter(
    ticket: Ticket, requester: Person, address: SupportAddress | None, desk: Desk
) -> Letter:
    signature = address.signature.strip() if address else ""
    return letters.written(
        OutboundMail.Kind.RECEIPT,
        {
            "name": first_name(requester.name),
            "number": ticket.number,
            "subject": ticket.subject,
            "team": ticket.team.name if ticket.team else "support",
            "due": due_in_words(ticket, desk.zone),
            "page": link_for(ticket, requester),
            "signature": signature,
            "desk": desk.name,
        },
        marked={"signature": as_html(signature)},
        address=address,
        brand=brand_for(ticket.district),
    )


def due_in_words(ticket: Ticket, desk_zone: str) -> str:
    """By when someone replies: “Monday, November 30 at 12:00 pm Eastern Time”; empty if no clock runs.

    In the zone of the customer's district, else of the desk.
    """
    running = Clock.objects.unstopped().of([ticket]).filter(metric=Clock.Metric.FIRST_REPLY)
    found = running.exclude(due_at=None).first()
    return in_words(found.due_at, ticket.zone or desk_zone) if found and found.due_at else ""


def in_words(instant: datetime, zone: str) -> str:
    """An instant as people say it, on the wall clock of a zone that is named."""
    local = instant.astimezone(ZoneInfo(zone))
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    name = ZONES.get(zone) or f"{zone.rpartition('/')[2].replace('_', ' ')} time"
    return f"{local:%A, %B} {local.day} at {hour}:{local:%M} {half} {name}"


def _has_had_enough(address: str) -> bool:
    """A sender gets few receipts an hour, so that two robots that nobody recognised fall silent."""
    with connection.cursor() as cursor:  # two workers must not count at the same time
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [address])
    since = clock.now() - timedelta(hours=1)
    receipts = OutboundMail.objects.filter(kind=OutboundMail.Kind.RECEIPT, to_address=address)
    return receipts.filter(created_at__gt=since).count() >= MOST_AN_HOUR
