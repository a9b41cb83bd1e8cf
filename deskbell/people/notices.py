"""Telling an agent something: in the app at once. Who listens to a clock decides `sla`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from deskbell.lib import clock
from deskbell.lib.telling import tell
from deskbell.people.models import Agent, Notice


class Topic(StrEnum):
    """What a notice is about; an agent may want some of them not by mail."""

    LATE = "late"
    DUE_SOON = "due_soon"
    MAIL = "mail"
    CHAT = "chat"
    MENTION = "mention"
    OTHER = "other"


@dataclass(frozen=True)
class Noticed:
    """Agents were told something; the live stream shows it, mail may carry it."""

    notices: tuple[Notice, ...]
    by_mail: bool = True  # a page has its own mail, and asks for no second one
    topic: Topic = Topic.OTHER


def notify(
    agents: Iterable[Agent],
    text: str,
    *,
    path: str,
    urgent: bool = False,
    by_mail: bool = True,
    topic: Topic = Topic.OTHER,
) -> None:
    """Leave each of the agents a notice that leads to `path`. Belongs in the change's transaction."""
    notices = Notice.objects.bulk_create(
        Notice(recipient=agent, text=text[:300], path=path, urgent=urgent) for agent in agents
    )
    if notices:
        tell(Noticed(tuple(notices), by_mail, topic))


def topic_of_agent(pk: int) -> str:
    """What one agent alone is told live; every page of theirs listens to it."""
    return f"agent:{pk}"


def unread(agent: Agent) -> int:
    """How many notices wait for this agent; stops counting at a hundred."""
    return len(agent.notices.filter(read_at=None).values_list("pk", flat=True)[:100])


def newest_for(agent: Agent) -> list[Notice]:
    """The newest fifty notices, unread or not."""
    return list(agent.notices.order_by("-id")[:50])


def mark_read(agent: Agent) -> None:
    """Mark all that this agent has been told as read."""
    agent.notices.filter(read_at=None).update(read_at=clock.now())
