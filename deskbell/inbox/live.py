"""What the agents' browsers are told when something happens: fragments, drawn once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from deskbell.inbox import drawing
from deskbell.inbox.timeline import items_by_ticket, items_of
from deskbell.incidents.events import IncidentChanged
from deskbell.lib.telling import takes_many
from deskbell.mail.facts import MailMoved
from deskbell.people.models import Agent
from deskbell.people.notices import Noticed, Topic, topic_of_agent, unread
from deskbell.people.teams import AccessTaken
from deskbell.realtime.publish import publish, publish_many, revoke
from deskbell.sla.timers import ClocksTold
from deskbell.tickets.events import Fact, MessagePosted, ReplyUndone, Split, TicketOpened
from deskbell.tickets.models import Side, Ticket

LIST = "inbox"
LIST_OF_BILLING = "inbox:billing"
DRAWN_AT_ONCE = 5  # tickets; of more, hardly one is being looked at, and its page is read anew
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
    """Redraw the tickets' rows, their clocks and facts, and append what is new in their conversations.
    Where many changed at once, who looks at one of them fetches it anew."""
    since = {fact.ticket.pk: fact.event.sequence - 1 for fact in facts}
    found = Ticket.objects.with_people().select_related("standing").filter(pk__in=since)
    tickets = list(found.order_by("pk"))
    told = _rows(tickets)
    if len(tickets) > DRAWN_AT_ONCE:
        told += [(topic_of(ticket), "timeline", str(since[ticket.pk])) for ticket in tickets]
    else:
        told += _drawn(tickets, since, facts=not all(map(_is_a_visitors, facts)))
    publish_many(told)


def _is_a_visitors(fact: Fact) -> bool:
    """Words in a live chat: what else changes by them, such as the state, is told by itself, so the side
    panel, the dearest to draw, stays as it is."""
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
    publish_many((topic_of(ticket), "facts", html) for ticket, html in drawing.facts_of(tickets))


def push_split(fact: Split) -> None:
    """Messages have left a conversation, or are in it again: who looks at it fetches it anew."""
    push([fact])
    publish(topic_of(fact.ticket), "timeline", str(fact.event.sequence))


def push_undone(fact: ReplyUndone) -> None:
    """Draw the reply that was taken back anew, as the line that is left of it, and all that follows."""
    push([replace(fact, event=fact.reply)])


def push_clocks(fact: ClocksTold) -> None:
    """Redraw the row, the clocks and the new lines of each ticket whose clocks had something to tell.

    Reads what it needs for all of them at once: many may come due in the same moment.
    """
    events = {each.event.pk: each.event for each in fact.facts}
    numbers = {each.ticket.pk for each in fact.facts}
    found = Ticket.objects.with_people().select_related("standing").filter(pk__in=numbers)
    told = _rows(list(found))
    told += [(f"ticket:{e.ticket_id}", "item", html) for e, html in drawing.lines(events.values())]
    told += [(topic_of(ticket), "clocks", html) for ticket, html in drawing.clocks_of(found)]
    publish_many(told)


def push_mail(fact: MailMoved) -> None:
    """Show at the message how far its mail has come, and at the side if it came back."""
    mail = fact.mail
    if mail.ticket_id is None:
        return
    if mail.state in RETURNED:
        ticket = Ticket.objects.with_people().get(pk=mail.ticket_id)
        publish(topic_of(ticket), "facts", drawing.facts(ticket))
    if mail.message_id is None or mail.kind == "receipt":
        return
    ticket = Ticket(pk=mail.ticket_id)
    for item in items_of(ticket):
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
