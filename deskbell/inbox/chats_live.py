"""What the page of chats is told: a line drawn anew, or gone; and the count beside its name, everywhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TypeGuard

from django.db import connection

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
SIDE_BEFORE = """
    SELECT new.ticket, before.side FROM unnest(%s::bigint[], %s::bigint[]) AS new (ticket, message)
    CROSS JOIN LATERAL (
        SELECT side FROM tickets_message
        WHERE ticket_id = new.ticket AND id < new.message
            AND public AND NOT automatic AND undone_at IS NULL
        ORDER BY id DESC LIMIT 1
    ) AS before
"""


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
    before = _side_before([fact.message for fact in said.values()])
    visits = Visit.objects.filter(ticket__in=about, left_at=None).values_list("pk", "ticket")
    told, anew = [], []
    for pk, number in visits:
        if before.get(number) == Side.CUSTOMER:
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


def _side_before(messages: Sequence[Message]) -> dict[int, str]:
    """Which side spoke before each of these messages, by ticket. In SQL: every visitor's word asks."""
    if not messages:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            SIDE_BEFORE, [[each.ticket_id for each in messages], [each.pk for each in messages]]
        )
        return dict(cursor.fetchall())


def _newest(visit: int, fact: MessagePosted) -> str:
    return json.dumps({"id": visit, "text": fact.message.text[: chats.SHOWN]})
