"""What the page of chats is told: a line drawn anew, or gone; and the count beside its name, everywhere."""

from __future__ import annotations

import json
from collections.abc import Sequence

from deskbell.chat import takers
from deskbell.chat.events import QueueChanged, TakersChanged
from deskbell.chat.models import Visit
from deskbell.chat.queue import waiting
from deskbell.inbox import chats
from deskbell.lib.telling import takes_many
from deskbell.people.notices import topic_of_agent
from deskbell.people.teams import working_agents
from deskbell.realtime.publish import publish, publish_many
from deskbell.tickets.events import Fact, MessagePosted
from deskbell.tickets.models import Channel, Message, Side

TOPIC = "chats"


def push(fact: QueueChanged) -> None:
    """Draw the conversation's line, and count those that wait."""
    publish_many((TOPIC, "chat", html) for html in chats.drawn([fact.visit.pk]))
    count = str(waiting().count())
    publish_many((topic_of_agent(agent.pk), "waiting", count) for agent in working_agents())


@takes_many
def push_ticket(facts: Sequence[Fact]) -> None:
    """Something happened on a ticket that is, or a moment ago was, a live chat: its line says so."""
    if len(facts) == 1 and _goes_on_talking(facts[0]):
        _say(facts[0])
        return
    numbers = [fact.ticket.pk for fact in facts if _may_be_a_chat(fact)]
    if not numbers:
        return
    visits = Visit.objects.filter(ticket__in=numbers, left_at=None).values_list("pk", flat=True)
    told = [(TOPIC, "chat", html) for html in chats.drawn(visits)]
    if told:
        publish_many(told)


def push_takers(fact: TakersChanged) -> None:
    """Someone takes chats, or no longer: the page says who does."""
    publish(TOPIC, "takers", ", ".join(str(taker.agent) for taker in takers.here()))


def _say(fact: Fact) -> None:
    """The visitor's newest words for a line that is there already: nothing else of it changes."""
    assert isinstance(fact, MessagePosted)
    words = fact.message.text[: chats.SHOWN]
    here = Visit.objects.filter(ticket=fact.ticket, left_at=None).values_list("pk", flat=True)
    publish_many((TOPIC, "said", json.dumps({"id": pk, "text": words})) for pk in here)


def _goes_on_talking(fact: Fact) -> bool:
    """Does a visitor say more before they were answered? Then no clock begins, and no line moves."""
    if not isinstance(fact, MessagePosted) or not fact.ticket.live:
        return False
    if fact.message.side != Side.CUSTOMER:
        return False
    said = Message.objects.said().filter(ticket=fact.ticket, public=True, automatic=False)
    before = said.filter(pk__lt=fact.message.pk).order_by("-pk").values_list("side", flat=True)
    return before.first() == Side.CUSTOMER


def _may_be_a_chat(fact: Fact) -> bool:
    return fact.ticket.live or fact.ticket.channel == Channel.CHAT
