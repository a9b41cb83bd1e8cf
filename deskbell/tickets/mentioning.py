"""Mentions: who is named with @ in an internal note is told, and finds the ticket among theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable

from deskbell.people.models import Agent
from deskbell.people.notices import Topic, notify
from deskbell.people.teams import working_agents
from deskbell.tickets.access import admits
from deskbell.tickets.events import MessagePosted
from deskbell.tickets.models import Mention, Side

SHOWN = 160  # characters of the note in the notice
_SIGN = re.compile(r"(?<![\w@.])@(?=\w)")


def note_mentions(fact: MessagePosted) -> None:
    """Remember and tell whom a note of the team names; whoever wrote it isn't told of themselves."""
    message = fact.message
    if message.public or message.side != Side.TEAM or "@" not in message.text:
        return
    named = [
        agent
        for agent in named_in(message.text)
        if agent.pk != message.author_id and admits(fact.ticket, agent.person)
    ]
    Mention.objects.bulk_create(
        Mention(ticket=fact.ticket, agent=agent, message=message) for agent in named
    )
    said = " ".join(message.text.split())[:SHOWN]
    path = f"/tickets/{fact.ticket.number}#event-{fact.event.sequence}"
    text = f"{message.author} named you on #{fact.ticket.number}: {said}"
    notify(named, text, path=path, topic=Topic.MENTION)


def named_in(text: str) -> list[Agent]:
    """The agents whom the text names: @Ben Baker, or @Ben where there is one Ben alone."""
    places = [found.end() for found in _SIGN.finditer(text)]
    if not places:
        return []
    agents = working_agents()
    found: dict[int, Agent] = {}
    for place in places:
        for agent in _meant(text[place : place + 200].casefold(), agents):
            found[agent.pk] = agent
    return list(found.values())


def _meant(written: str, agents: Iterable[Agent]) -> list[Agent]:
    whole = [agent for agent in agents if _begins(written, str(agent))]
    if whole:
        return [max(whole, key=lambda agent: len(str(agent)))]
    first = [agent for agent in agents if _begins(written, str(agent).partition(" ")[0])]
    return first if len(first) == 1 else []


def _begins(written: str, name: str) -> bool:
    name = name.casefold()
    rest = written.removeprefix(name)
    return len(rest) < len(written) and not (rest[:1].isalnum() or rest[:1] == "_")
