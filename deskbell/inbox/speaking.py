"""What an agent's devices speak of outside the page, of what they have asked for: sent to them alone, when it
happens. Which of their tabs speaks is settled in the browser (`static/inbox/speaking.js`)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from deskbell.inbox.models import Preferences
from deskbell.lib.telling import takes_many
from deskbell.people.models import Agent
from deskbell.people.notices import Noticed, Topic, topic_of_agent
from deskbell.realtime.publish import publish_many
from deskbell.tickets.access import admits
from deskbell.tickets.events import MessagePosted, TicketOpened
from deskbell.tickets.models import Side, Ticket

SHOWN = 140  # characters of a message: a device shows no more
_OF_NOTICES: Mapping[Topic, Preferences.Topic] = {
    Topic.MENTION: Preferences.Topic.MENTION,
    Topic.DUE_SOON: Preferences.Topic.DUE,
    Topic.LATE: Preferences.Topic.DUE,
}
Told = tuple[str, str, str]


def of_notices(fact: Noticed) -> None:
    """A mention, or a promise that is due soon or late."""
    topic = _OF_NOTICES.get(fact.topic)
    if topic is None:
        return
    wanted = _sounds_of(topic, {notice.recipient_id for notice in fact.notices})
    _publish(
        _told(each.recipient_id, f"notice-{each.pk}", each.text, each.path, wanted)
        for each in fact.notices
        if each.recipient_id in wanted
    )


@takes_many
def of_messages(facts: Sequence[MessagePosted]) -> None:
    """A customer has written on a ticket that is someone's."""
    heard = [fact for fact in facts if _is_a_customers(fact) and _may_be_told(fact.ticket)]
    agents = {fact.ticket.assignee_id for fact in heard if fact.ticket.assignee_id}
    if not agents:
        return
    wanted = _sounds_of(Preferences.Topic.REPLY, agents)
    _publish(
        _told(
            fact.ticket.assignee_id,
            f"message-{fact.message.pk}",
            f"#{fact.ticket.number} {fact.message.author}: {fact.message.text}",
            f"/tickets/{fact.ticket.number}#event-{fact.event.sequence}",
            wanted,
        )
        for fact in heard
        if fact.ticket.assignee_id in wanted
    )


@takes_many
def of_opened(facts: Sequence[TicketOpened]) -> None:
    """A ticket has opened in one of their teams."""
    teams = {fact.ticket.team_id for fact in facts if fact.ticket.team_id}
    found = Agent.teams.through.objects.filter(
        team__in=teams,
        agent__person__is_active=True,
        agent__preferences__speaks_of__contains=[Preferences.Topic.TEAM],
    )
    members = list(found.values_list("agent", "team", "agent__preferences__sounds"))
    _publish(
        _told(
            agent,
            f"ticket-{fact.ticket.pk}",
            f"New: {_named(fact.ticket)}",
            f"/tickets/{fact.ticket.number}",
            {agent: sounds},
        )
        for fact in facts
        for agent, team, sounds in members
        if team == fact.ticket.team_id
    )


def _publish(told: Iterable[Told]) -> None:
    """Nothing is announced where nobody has asked for any of it, which is the usual case."""
    if wanted := list(told):
        publish_many(wanted)


def _is_a_customers(fact: MessagePosted) -> bool:
    message = fact.message
    return message.side == Side.CUSTOMER and message.public and not message.automatic


def _may_be_told(ticket: Ticket) -> bool:
    """May who has it still read it? They may have left the billing team since."""
    return ticket.assignee is None or admits(ticket, ticket.assignee.person)


def _sounds_of(topic: Preferences.Topic, agents: Collection[int]) -> dict[int, bool]:
    """Those of these agents who want to hear of it, and whether with a sound."""
    found = Preferences.objects.filter(agent__in=agents, speaks_of__contains=[topic])
    return dict(found.values_list("agent", "sounds"))


def _named(ticket: Ticket) -> str:
    who = " · ".join(str(each) for each in (ticket.requester, ticket.district) if each)
    return f"#{ticket.number} {ticket.subject}" + (f" ({who})" if who else "")


def _told(agent: int | None, key: str, text: str, path: str, sounds: Mapping[int, bool]) -> Told:
    """`key` is the same in each tab that hears it."""
    assert agent is not None
    told: dict[str, Any] = {
        "id": key,
        "text": " ".join(text.split())[:SHOWN],
        "path": path,
        "sounds": sounds[agent],
    }
    return topic_of_agent(agent), "speak", json.dumps(told)
