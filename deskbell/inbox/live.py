"""What the agents' browsers are told when something happens: fragments, drawn once.

Rows are for everyone who has a list open. What stands on a ticket's own page is drawn where someone looks at
that page; else its topic is told to read the page anew, for whoever opens it just now.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from deskbell.inbox import drawing
from deskbell.inbox.timeline import items_by_ticket, items_of
from deskbell.incidents.events import IncidentChanged
from deskbell.lib.telling import takes_many
from deskbell.mail.facts import MailMoved
from deskbell.people.models import Agent
from deskbell.people.notices import Noticed, Topic, topic_of_agent, unread
from deskbell.people.teams import AccessTaken
from deskbell.realtime.audience import heard_among
from deskbell.realtime.publish import publish, publish_many, revoke
from deskbell.sla.timers import ClocksTold
from deskbell.tickets.events import Fact, MessagePosted, ReplyUndone, Split, TicketOpened
from deskbell.tickets.models import Side, Ticket

LIST = "inbox"
LIST_OF_BILLING = "inbox:billing"
ASKED_AT_ONCE = 50  # tickets; of more, hardly one is being looked at, and its page is read anew
DRAWN_AT_ONCE = 5  # tickets of those, that someone looks at
MOST_REDRAWN = 20
RETURNED = {"bounced", "complained", "failed"}


def list_of(ticket: Ticket) -> str:
    """Whose lists hear of this ticket."""
    return LIST_OF_BILLING if ticket.confidential else LIST


def lists_of(agent: Agent) -> list[str]:
    """What the lists of this agent hear."""
    return [LIST, LIST_OF_BILLING] if agent.reads_billing else [LIST]


def topic_of(ticket: Ticket) -> str:
    """Whoever looks at this ticket listens here."""
    return f"ticket:{ticket.number}"


@takes_many
def push_opened(facts: Sequence[TicketOpened]) -> None:
    """New tickets have a row in the list, and no page that anyone could be looking at yet.
    Whoever opened them knows them whole: they aren't read again."""
    tickets = [fact.ticket for fact in facts]
    publish_many(_rows(tickets))


def _rows(tickets: Sequence[Ticket]) -> list[tuple[str, str, str]]:
    """The tickets' rows, each for those who may read it."""
    drawn = zip(tickets, drawing.rows(tickets), strict=True)
    return [(list_of(ticket), "row", html) for ticket, html in drawn]


@takes_many
def push(facts: Sequence[Fact]) -> None:
    """Redraw the tickets' rows, and where someone looks at them their clocks and facts, and append what is
    new in their conversations. Where many changed at once, who looks at one of them fetches it anew."""
    since = {fact.ticket.pk: fact.event.sequence - 1 for fact in facts}
    in_a_chat = all(map(_is_a_visitors, facts))
    tickets = [fact.ticket for fact in facts] if in_a_chat else _read_anew(since)
    told = _rows(tickets)
    looked_at, others = _parted(tickets)
    told += [_anew(ticket) for ticket in others]
    if looked_at:
        news = {ticket.pk: since[ticket.pk] for ticket in looked_at}
        told += _drawn(looked_at, news, facts=not in_a_chat)
    publish_many(told)


def _read_anew(numbers: Collection[int]) -> list[Ticket]:
    found = Ticket.objects.with_people().select_related("standing").filter(pk__in=numbers)
    return list(found.order_by("pk"))


def _parted(tickets: Sequence[Ticket]) -> tuple[list[Ticket], list[Ticket]]:
    """Those whose pages are drawn for who looks at them, and those whose pages are read anew."""
    heard = heard_among(map(topic_of, tickets)) if len(tickets) <= ASKED_AT_ONCE else set()
    if len(heard) > DRAWN_AT_ONCE:
        heard = set()
    looked_at = [ticket for ticket in tickets if topic_of(ticket) in heard]
    return looked_at, [ticket for ticket in tickets if topic_of(ticket) not in heard]


def _anew(ticket: Ticket) -> tuple[str, str, str]:
    return topic_of(ticket), "timeline", ""


def _is_a_visitors(fact: Fact) -> bool:
    """Words in a live chat: they change nothing else that a ticket's row or side panel names, so the ticket
    is drawn as it was read for them, and the side panel, the dearest to draw, stays as it is. What they may
    bring about, such as another state, is told by itself."""
    is_a_message = isinstance(fact, MessagePosted) and fact.message.side == Side.CUSTOMER
    return is_a_message and fact.ticket.live


def _drawn(
    tickets: Sequence[Ticket], since: Mapping[int, int], *, facts: bool
) -> list[tuple[str, str, str]]:
    told = [
        (f"ticket:{number}", "item", html)
        for number, items in items_by_ticket(since).items()
        for html in drawing.items(items)
    ]
    told += [(topic_of(ticket), "clocks", html) for ticket, html in drawing.clocks_of(tickets)]
    if facts:
        told += [(topic_of(ticket), "facts", html) for ticket, html in drawing.facts_of(tickets)]
    return told


def push_places(fact: IncidentChanged) -> None:
    """Tickets joined an incident, look like a part of it, or are none: their side panels say so. Of many at
    once nobody looks at each: their pages say so when they are opened."""
    numbers = fact.event.data.get("tickets")
    if not isinstance(numbers, list) or not 0 < len(numbers) <= MOST_REDRAWN:
        return
    tickets = list(Ticket.objects.with_people().filter(pk__in=numbers).order_by("pk"))
    looked_at, others = _parted(tickets)
    told = [(topic_of(ticket), "facts", html) for ticket, html in drawing.facts_of(looked_at)]
    publish_many([*told, *map(_anew, others)])


def push_split(fact: Split) -> None:
    """Messages have left a conversation, or are in it again: who looks at it fetches it anew."""
    push([fact])
    publish(*_anew(fact.ticket))


def push_undone(fact: ReplyUndone) -> None:
    """Draw the reply that was taken back anew, as the line that is left of it, and all that follows."""
    push([replace(fact, event=fact.reply)])


def push_clocks(fact: ClocksTold) -> None:
    """Redraw the row, the clocks and the new lines of each ticket whose clocks had something to tell.

    Reads what it needs for all of them at once: many may come due in the same moment.
    """
    events = {each.event.pk: each.event for each in fact.facts}
    numbers = {each.ticket.pk for each in fact.facts}
    found = list(Ticket.objects.with_people().select_related("standing").filter(pk__in=numbers))
    told = _rows(found)
    looked_at, others = _parted(found)
    shown = {ticket.pk for ticket in looked_at}
    lines = drawing.lines(event for event in events.values() if event.ticket_id in shown)
    told += [(f"ticket:{event.ticket_id}", "item", html) for event, html in lines]
    told += [(topic_of(ticket), "clocks", html) for ticket, html in drawing.clocks_of(looked_at)]
    publish_many([*told, *map(_anew, others)])


def push_mail(fact: MailMoved) -> None:
    """Show at the message how far its mail has come, and at the side if it came back."""
    mail = fact.mail
    at_its_message = mail.message_id is not None and mail.kind != "receipt"
    if mail.ticket_id is None or not (at_its_message or mail.state in RETURNED):
        return
    ticket = Ticket(pk=mail.ticket_id)
    if not heard_among([topic_of(ticket)]):
        publish(*_anew(ticket))
        return
    if mail.state in RETURNED:
        ticket = Ticket.objects.with_people().get(pk=mail.ticket_id)
        publish(topic_of(ticket), "facts", drawing.facts(ticket))
    for item in items_of(ticket) if at_its_message else []:
        if item.message and item.message.pk == mail.message_id:
            publish(topic_of(ticket), "item", drawing.item(item))


def push_notice(fact: Noticed) -> None:
    """Show a notice where its agent is, and count what is unread."""
    for notice in fact.notices:
        told = {
            "id": notice.pk,
            "text": notice.text,
            "path": notice.path,
            "urgent": notice.urgent,
            "unread": unread(notice.recipient),
        }
        if fact.topic == Topic.CHAT:
            told["rings"] = True  # someone waits: with a sound
        publish(topic_of_agent(notice.recipient_id), "notice", json.dumps(told))


def shut_out(fact: AccessTaken) -> None:
    """End what an agent hears who has left the team; every page of an agent listens to their topic."""
    revoke(topic_of_agent(fact.agent.pk))
