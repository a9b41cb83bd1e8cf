"""What the page of chats is told: a line drawn anew, or gone; and the count beside its name, everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeGuard

from django.db.models import OuterRef, QuerySet, Subquery

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
    """Something happened on tickets that are, or a moment ago were, live chats: their lines say so. Where a
    visitor says more before they were answered no clock begins and no line moves: only their words do."""
    about = {fact.ticket.pk: fact for fact in facts if _may_be_a_chat(fact)}
    if not about:
        return
    said = {pk: fact for pk, fact in about.items() if _is_a_visitors(fact)}
    visits = Visit.objects.filter(ticket__in=about, left_at=None)
    found = _with_the_side_before(visits, said) if said else visits.values_list("pk", "ticket")
    told, anew = [], []
    for pk, number, *before in found:
        if number in said and before == [Side.CUSTOMER]:
            told.append((TOPIC, "said", _newest(pk, said[number])))
        else:
            anew.append(pk)
    told += [(TOPIC, "chat", html) for html in chats.drawn(anew)] if anew else []
    if told:
        publish_many(told)


def push_takers(fact: TakersChanged) -> None:
    """Someone takes chats, or no longer: the page says who does."""
    publish(TOPIC, "takers", ", ".join(str(taker.agent) for taker in takers.here()))


def _may_be_a_chat(fact: Fact) -> bool:
    return fact.ticket.live or fact.ticket.channel == Channel.CHAT


def _is_a_visitors(fact: Fact) -> TypeGuard[MessagePosted]:
    is_a_message = isinstance(fact, MessagePosted) and fact.message.side == Side.CUSTOMER
    return is_a_message and fact.ticket.live


def _with_the_side_before(
    visits: QuerySet[Visit], said: Mapping[int, MessagePosted]
) -> Iterable[tuple[int, int, str | None]]:
    """Key, ticket and which side spoke before these words."""
    spoken = Message.objects.said().filter(public=True, automatic=False)
    before = spoken.filter(ticket=OuterRef("ticket")).order_by("-pk")
    newest = [fact.message.pk for fact in said.values()]
    side = Subquery(before.exclude(pk__in=newest).values("side")[:1])
    return visits.annotate(before=side).values_list("pk", "ticket", "before")


def _newest(visit: int, fact: MessagePosted) -> str:
    return json.dumps({"id": visit, "text": fact.message.text[: chats.SHOWN]})
