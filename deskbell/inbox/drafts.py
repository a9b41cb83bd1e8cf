"""Drafts: kept as they are typed, shown on all devices of the one who writes, gone when they are sent."""

from __future__ import annotations

import json

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from deskbell.inbox.models import Draft
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.people.models import Agent
from deskbell.people.notices import topic_of_agent
from deskbell.realtime.publish import publish
from deskbell.tickets.events import Kind
from deskbell.tickets.finding.filters import Asker
from deskbell.tickets.models import Ticket, TicketEvent

LONGEST = 100_000  # characters


def drafts_on(ticket: Ticket, agent: Agent) -> dict[str, Draft]:
    """What this agent has begun on the ticket, by kind."""
    return {draft.kind: draft for draft in Draft.objects.filter(ticket=ticket, agent=agent)}


@transaction.atomic
def keep(ticket: Ticket, kind: str, text: str, *, by: Agent, page: str = "") -> None:
    """Keep what is being written; empty: forget it. Other pages of the same agent hear of it; `page` names
    the one that it came from."""
    if kind not in Draft.Kind.values:
        raise Refused("A draft is that of a reply or of a note.")
    if len(text) > LONGEST:
        raise Refused(f"That is longer than {LONGEST:,} characters. Send it as a file.")
    mine = Draft.objects.filter(ticket=ticket, agent=by, kind=kind)
    if text.strip():
        Draft.objects.update_or_create(
            agent=by,
            ticket=ticket,
            kind=kind,
            defaults={"text": text, "changed_at": clock.now()},
            create_defaults={
                "text": text,
                "changed_at": clock.now(),
                "begun_after": ticket.last_sequence,
            },
        )
    elif not mine.delete()[0]:
        return
    told = {"number": ticket.number, "kind": kind, "text": text, "page": page[:40]}
    publish(topic_of_agent(by.pk), "draft", json.dumps(told))


def sent(ticket: Ticket, kind: str, *, by: Agent, page: str = "") -> None:
    """What was begun has been sent."""
    keep(ticket, kind, "", by=by, page=page)


def refuse_if_answered_meanwhile(ticket: Ticket, seen: int | None, *, by: Agent) -> None:
    """Refuse a reply that crosses a colleague's: one given after what its writer has seen (`seen`: the last
    event then). None: nothing is known of that."""
    if seen is None:
        return
    given = TicketEvent.objects.filter(
        ticket=ticket, sequence__gt=seen, kind=Kind.AGENT_REPLY, message__undone_at=None
    )
    other = given.exclude(by=by.pk).select_related("by").last()
    if other:
        raise Refused(
            f"{other.by} has answered while you were writing. Read it first; send again if yours still fits."
        )


def is_drafted(asker: Asker) -> Q:
    """For searches: the one who asks has begun to write something there."""
    return Q(Exists(Draft.objects.filter(ticket=OuterRef("pk"), agent=asker.agent)))
