"""Opening a ticket: by a customer's words, through whichever door, or by an agent for a customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from deskbell.lib import clock, together
from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.people import districts, teams
from deskbell.people.models import Agent, District, Person, School, Team
from deskbell.people.owners import owns
from deskbell.tickets.events import Kind, TicketOpened, append, hold_new, prepare, store
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Category, Channel, Message, Side, State, Ticket, TicketEvent
from deskbell.tickets.words import Words, write_down

LONGEST_SUBJECT = 500
CUSTOMERS, AGENTS, NOBODYS = "customer", "agent", "nobody"  # whose words a ticket opens with (K2)
Place = tuple[District | None, School | None]


def open_for_customer(subject: str, words: Words, *, requester: Person, **more: Any) -> Ticket:
    """`begin` for those who want the ticket rather than its message."""
    return begin(subject, words, requester=requester, **more).ticket


@together.whole()
def begin(
    subject: str,
    words: Words,
    *,
    requester: Person,
    channel: Channel = Channel.MAIL,
    impact: Impact = Impact.NORMAL,
    team: Team | None = None,
    category: str = Category.SUPPORT,
    came_to: str = "",
    follows: Ticket | None = None,
    live: bool = False,
    place: Place | None = None,
    answers: Mapping[str, str] | None = None,
) -> Message:
    """Open a ticket with the customer's own words; returns its first message.

    It counts from when the desk received them (K13); what was held back in quarantine becomes a
    ticket now, and may be late already.

    `live` says that the customer is in the bubble and waits there: the chat's promise holds too (K15).
    `place` is what a portal has proved of their district and school; else these follow from the requester.
    `answers` to guided questions gave the impact, with the `reason` in words; they stand with the event.
    """
    ticket = _create(
        subject,
        words,
        requester,
        channel,
        impact,
        team=team,
        category=category,
        came_to=came_to,
        follows=follows,
        live=live,
        place=place,
    )
    first = NOBODYS if words.automatic else CUSTOMERS
    held = {"held": True, "received": words.received_at.isoformat()} if words.held else {}
    message = write_down(ticket, words, author=requester, side=Side.CUSTOMER, public=True)
    opened = _opened(ticket, first, by=requester, **held, **(answers or {}))
    happened = [opened]
    if live:
        happened.append(prepare(ticket, Kind.CHAT_STARTED, by=requester, at=words.received_at))
    kind = Kind.AUTOMATIC if words.automatic else Kind.CUSTOMER_MESSAGE
    said = prepare(ticket, kind, by=requester, message=message, at=words.received_at, first=True)
    store(ticket, [*happened, said])
    tell(TicketOpened(ticket, opened, message, quiet=words.automatic or words.through_list))
    return message


@transaction.atomic
def begin_quietly(
    subject: str,
    words: Words,
    *,
    requester: Person,
    author: Person,
    district: District | None,
    category: str,
    follows: Ticket,
    by: Agent,
) -> Ticket:
    """An agent opens a ticket with what the customer's side, `author`, has said elsewhere; it counts from now
    (K2), and nothing is answered by itself."""
    place = (district, None)
    ticket = _create(
        subject,
        words,
        requester,
        words.door,
        Impact.NORMAL,
        category=category,
        follows=follows,
        place=place,
    )
    opened = _append_opened(ticket, CUSTOMERS, by=by.person)
    message = write_down(ticket, words, author=author, side=Side.CUSTOMER, public=True)
    append(ticket, Kind.CUSTOMER_MESSAGE, by=author, message=message, first=True)
    tell(TicketOpened(ticket, opened, message, quiet=True))
    return ticket


@transaction.atomic
def open_for_alert(
    subject: str, words: Words, *, impact: Impact, episode: str, source: str, demo: bool = False
) -> Ticket:
    """Open a ticket for an alarm that someone must acknowledge (K6). `episode` names it in the events."""
    ticket = _create(subject, words, None, Channel.ALERT, impact, demo=demo)
    opened = _append_opened(ticket, NOBODYS, by=None)
    message = write_down(ticket, words, author=None, side=Side.DESK, public=False)
    append(ticket, Kind.AUTOMATIC, message=message, at=words.received_at)
    append(ticket, Kind.ALERT_RECEIVED, at=words.received_at, episode=episode, source=source)
    tell(TicketOpened(ticket, opened, message))
    return ticket


@transaction.atomic
def open_by_desk(subject: str, text: str, *, impact: Impact = Impact.HIGH) -> Ticket:
    """Open a ticket about something that the desk itself has noticed; no customer waits for it."""
    words = Words(text, door=Channel.ALERT, received_at=clock.now(), automatic=True)
    ticket = _create(subject, words, None, Channel.ALERT, impact)
    opened = _append_opened(ticket, NOBODYS, by=None)
    message = write_down(ticket, words, author=None, side=Side.DESK, public=False)
    append(ticket, Kind.AUTOMATIC, message=message, at=words.received_at)
    tell(TicketOpened(ticket, opened, message))
    return ticket


@transaction.atomic
def open_by_agent(
    subject: str,
    words: Words,
    *,
    by: Agent,
    requester: Person,
    impact: Impact = Impact.NORMAL,
    customers_words: bool,
) -> Ticket:
    """Open a ticket for a customer (K2): their words taken down, or the agent's own first message."""
    if not words.text.strip():
        raise Refused("Write what the customer said, or what you want to tell them.")
    channel = Channel.PHONE if customers_words else Channel.MAIL
    assignee = None if customers_words else by
    ticket = _create(subject, words, requester, channel, impact, assignee=assignee)
    opened = _append_opened(ticket, CUSTOMERS if customers_words else AGENTS, by=by.person)
    message = _first_message(ticket, words, by, requester, customers_words)
    tell(TicketOpened(ticket, opened, message))
    return ticket


def _first_message(
    ticket: Ticket, words: Words, by: Agent, requester: Person, customers_words: bool
) -> Message:
    if customers_words:
        message = write_down(ticket, words, author=requester, side=Side.CUSTOMER, public=True)
        append(ticket, Kind.CUSTOMER_MESSAGE, by=by.person, message=message, first=True)
    else:
        message = write_down(ticket, words, author=by.person, side=Side.TEAM, public=True)
        append(ticket, Kind.AGENT_REPLY, by=by.person, message=message, first=True)
    return message


def _create(
    subject: str,
    words: Words,
    requester: Person | None,
    channel: Channel,
    impact: Impact,
    *,
    assignee: Agent | None = None,
    team: Team | None = None,
    category: str = Category.SUPPORT,
    came_to: str = "",
    follows: Ticket | None = None,
    live: bool = False,
    demo: bool = False,
    place: Place | None = None,
) -> Ticket:
    district, school = place or _place_of(requester)
    confidential = category == Category.BILLING and owns(requester, district)
    if not confidential:
        team = team or teams.first_line()
    elif team is None or team.purpose != Team.Purpose.BILLING:
        team = teams.billing_team()  # without one, those who manage see it alone
    begins = clock.now() if words.held else words.received_at
    ticket = Ticket(
        subject=" ".join(subject.split())[:LONGEST_SUBJECT] or "(no subject)",
        channel=channel,
        impact=impact,
        state=State.OPEN,
        requester=requester,
        district=district,
        school=school,
        team=team,
        category=category,
        confidential=confidential,
        came_to=came_to,
        assignee=assignee,
        follows=follows,
        live=live,
        demo=requester.demo if requester else demo,
        created_at=begins,
        updated_at=begins,
    )
    together.insert(ticket)
    hold_new(ticket)
    return ticket


def _place_of(requester: Person | None) -> Place:
    if requester is None:
        return None, None
    district = districts.district_of(requester)
    return district, districts.school_of(requester, district)


def _append_opened(ticket: Ticket, first: str, *, by: Person | None) -> TicketEvent:
    opened = _opened(ticket, first, by=by)
    store(ticket, [opened])
    return opened


def _opened(ticket: Ticket, first: str, *, by: Person | None, **more: Any) -> TicketEvent:
    """The beginning, with all that a replay must know of it: later changes are events of their own."""
    return prepare(
        ticket,
        Kind.OPENED,
        by=by,
        at=ticket.created_at,
        impact=str(ticket.impact),
        channel=str(ticket.channel),
        words=first,
        follows=ticket.follows_id,
        **more,
    )
