"""Who takes chats: an agent says so, and does as long as a page of theirs shows a sign of life."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Count, QuerySet

from deskbell.chat.events import TakersChanged
from deskbell.chat.models import Taker, Visit
from deskbell.lib import clock
from deskbell.lib.telling import tell
from deskbell.people.models import Agent
from deskbell.realtime.wake import wake
from deskbell.tickets.models import State

HERE_FOR = timedelta(minutes=3)  # after the last sign; pages show one a minute


@transaction.atomic
def set_taking(agent: Agent, taking: bool) -> None:
    """The agent takes chats from now on, or no more new ones: those that they have stay theirs."""
    Taker.objects.update_or_create(agent=agent, defaults={"taking": taking, "seen_at": clock.now()})
    tell(TakersChanged())
    wake("chats")


def see(agent: Agent) -> None:
    """A page of theirs is open. Who was away for longer than three minutes is back, and may be given one."""
    now = clock.now()
    before = (
        Taker.objects.filter(agent=agent, taking=True).values_list("seen_at", flat=True).first()
    )
    if before is None:
        return
    Taker.objects.filter(agent=agent).update(seen_at=now)
    if before <= now - HERE_FOR:
        with transaction.atomic():
            tell(TakersChanged())
            wake("chats")


def here() -> QuerySet[Taker]:
    """Those who take chats and are here, in the order in which they joined the desk."""
    found = Taker.objects.filter(taking=True, seen_at__gt=clock.now() - HERE_FOR)
    return (
        found.filter(agent__person__is_active=True).select_related("agent__person").order_by("pk")
    )


class Glance(NamedTuple):
    """What every page of an agent says of the chats."""

    waiting: int  # conversations
    taking: bool  # this agent takes chats


def glance(agent: Agent) -> Glance:
    """How many conversations wait, and whether this agent takes chats; in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM chat_wait WHERE ended_at IS NULL), "
            "EXISTS (SELECT 1 FROM chat_taker WHERE agent_id = %s AND taking)",
            [agent.pk],
        )
        return Glance(*cursor.fetchone())


def is_taking(agent: Agent) -> bool:
    """Has this agent said that they take chats?"""
    return Taker.objects.filter(agent=agent, taking=True).exists()


def loads(agents: Collection[Agent] | Iterable[Agent]) -> Counter[int]:
    """How many live chats each of them has, by the agent's key; in one query."""
    going_on = Visit.objects.filter(
        left_at=None, ticket__live=True, ticket__assignee__in=[agent.pk for agent in agents]
    ).exclude(ticket__state__in=[State.SOLVED, State.CLOSED])
    counted = going_on.order_by().values_list("ticket__assignee")
    return Counter(dict(counted.annotate(n=Count("ticket", distinct=True))))
