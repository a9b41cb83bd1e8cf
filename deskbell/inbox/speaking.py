"""What an agent's devices speak of outside the page, of what they have asked for: sent to them alone, when it
happens. Which of their tabs speaks is settled in the browser (`static/inbox/speaking.js`); devices that speak
also while no page is open are told by `push/`."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from deskbell.inbox.models import Device, Preferences, Topic
from deskbell.inbox.push.queueing import Happening, queue
from deskbell.inbox.push.quiet import is_quiet
from deskbell.lib import clock
from deskbell.lib.telling import takes_many
from deskbell.mail.notices import OF_A_TICKET
from deskbell.people import notices
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent, Notice
from deskbell.people.notices import Noticed, topic_of_agent
from deskbell.realtime.publish import publish_many
from deskbell.tickets.access import admits
from deskbell.tickets.events import Assigned, Kind, MessagePosted, TicketOpened
from deskbell.tickets.models import Side, Ticket

_OF_NOTICES: Mapping[notices.Topic, Topic] = {
    notices.Topic.MENTION: Topic.MENTION,
    notices.Topic.DUE_SOON: Topic.DUE,
    notices.Topic.LATE: Topic.DUE,
    notices.Topic.CHAT: Topic.CHAT,
}


@dataclass(frozen=True)
class _Wish:
    """Where one agent wants to hear of something: in open pages, on devices, with a sound or without."""

    speaks: bool
    pushes: bool
    is_quiet: bool
    sounds: bool


def of_notices(fact: Noticed) -> None:
    """A mention, a chat that waits, or a promise that is due soon or late."""
    if topic := _OF_NOTICES.get(fact.topic):
        _say(topic, [_of_notice(notice) for notice in fact.notices])


@takes_many
def of_messages(facts: Sequence[MessagePosted]) -> None:
    """A customer has written on a ticket that is someone's."""
    heard = [fact for fact in facts if _is_a_customers(fact) and _may_be_told(fact.ticket)]
    _say(
        Topic.REPLY,
        [
            Happening(
                fact.ticket.assignee_id,
                f"message-{fact.message.pk}",
                f"#{fact.ticket.number} {fact.message.author}: {fact.message.text}",
                f"/tickets/{fact.ticket.number}#event-{fact.event.sequence}",
                fact.ticket.pk,
            )
            for fact in heard
            if fact.ticket.assignee_id
        ],
    )


@takes_many
def of_assigned(facts: Sequence[Assigned]) -> None:
    """A colleague has given someone a ticket. A chat that is given tells of itself, as a notice."""
    _say(
        Topic.ASSIGNED,
        [
            Happening(
                fact.ticket.assignee_id,
                f"assigned-{fact.event.pk}",
                f"Yours: {_named(fact.ticket)}",
                f"/tickets/{fact.ticket.number}",
                fact.ticket.pk,
            )
            for fact in facts
            if fact.event.kind == Kind.ASSIGNED
            and fact.ticket.assignee_id
            and fact.ticket.assignee_id != fact.event.by_id
            and not fact.ticket.live
        ],
    )


@takes_many
def of_opened(facts: Sequence[TicketOpened]) -> None:
    """A ticket has opened in one of their teams, by someone else."""
    teams = {fact.ticket.team_id for fact in facts if fact.ticket.team_id}
    found = Agent.teams.through.objects.filter(
        Q(agent__preferences__speaks_of__contains=[Topic.TEAM])
        | Q(agent__preferences__pushes__contains=[Topic.TEAM]),
        team__in=teams,
        agent__person__is_active=True,
    )
    members = list(found.values_list("agent", "team"))
    _say(
        Topic.TEAM,
        [
            Happening(
                agent,
                f"ticket-{fact.ticket.pk}",
                f"New: {_named(fact.ticket)}",
                f"/tickets/{fact.ticket.number}",
                fact.ticket.pk,
            )
            for fact in facts
            for agent, team in members
            if team == fact.ticket.team_id and agent != fact.event.by_id
        ],
    )


def _say(topic: Topic, happenings: Sequence[Happening]) -> None:
    """Nothing is announced where nobody has asked for any of it, which is the usual case."""
    wishes = _wishes_of(topic, {each.agent for each in happenings})
    told = [
        (topic_of_agent(each.agent), "speak", _spoken(each, wishes[each.agent]))
        for each in happenings
        if each.agent in wishes and wishes[each.agent].speaks
    ]
    if told:
        publish_many(told)
    if pushed := {agent for agent, wish in wishes.items() if wish.pushes}:
        queue(topic, happenings, pushed)


def _wishes_of(topic: Topic, agents: Collection[int]) -> dict[int, _Wish]:
    """Those of these agents who want to hear of it anywhere."""
    if not agents:
        return {}
    has_one = Exists(Device.objects.filter(agent=OuterRef("agent"), removed_at=None))
    wants = Q(speaks_of__contains=[topic]) | Q(has_one, pushes__contains=[topic])
    found = Preferences.objects.filter(wants, agent__in=agents)
    chosen = found.annotate(has_one=has_one).select_related("agent__person")
    return {each.pk: _wish(topic, each) for each in chosen}


def _wish(topic: Topic, chosen: Any) -> _Wish:
    zone = chosen.agent.person.zone or the_desk().zone
    return _Wish(
        speaks=topic in chosen.speaks_of,
        pushes=chosen.has_one and topic in chosen.pushes,
        is_quiet=is_quiet(chosen.quiet_hours, clock.now(), zone),
        sounds=chosen.sounds,
    )


def _of_notice(notice: Notice) -> Happening:
    about = OF_A_TICKET.match(notice.path)
    return Happening(
        notice.recipient_id,
        f"notice-{notice.pk}",
        notice.text,
        notice.path,
        int(about[1]) if about else None,
        notice.pk,
    )


def _is_a_customers(fact: MessagePosted) -> bool:
    message = fact.message
    return message.side == Side.CUSTOMER and message.public and not message.automatic


def _may_be_told(ticket: Ticket) -> bool:
    """May who has it still read it? They may have left the billing team since."""
    return ticket.assignee is None or admits(ticket, ticket.assignee.person)


def _named(ticket: Ticket) -> str:
    who = " · ".join(str(each) for each in (ticket.requester, ticket.district) if each)
    return f"#{ticket.number} {ticket.subject}" + (f" ({who})" if who else "")


def _spoken(told: Happening, wish: _Wish) -> str:
    """`id` is the same in each tab that hears it. What is `pushed` a browser that is a device shows once,
    as that comes, and its open pages leave it to that."""
    return json.dumps(
        {
            "id": told.key,
            "text": told.shown,
            "path": told.path,
            "sounds": wish.sounds,
            "pushed": wish.pushes and not wish.is_quiet,
        }
    )
