"""Telling many tickets the same thing at once, all or none: what an incident's update does (K11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from deskbell.lib import together
from deskbell.lib.remembering import remembering
from deskbell.lib.telling import tell, telling_together
from deskbell.people.models import Agent
from deskbell.realtime.announcing import announcing_together
from deskbell.tickets.events import Fact, Kind, MessagePosted, append, holding
from deskbell.tickets.models import Message, Side, State
from deskbell.tickets.words import Words, write_down


def broadcast(
    texts: Mapping[int, str], *, by: Agent, incident: int, update: int | None
) -> dict[int, Message]:
    """Post to each ticket, by number, its text as a public message of the agent; returns the messages.
    `update` is None for words that are these tickets' alone.

    It counts as an agent's public reply (K11), but takes nobody's ticket in hand: none gets an
    assignee by it. Solved tickets are told and stay solved; closed ones are left out. Waits for who
    has one of them in hand; a fault in one undoes all.
    """
    with (
        transaction.atomic(),
        remembering(),
        announcing_together(),
        holding(texts, waiting=True) as held,
    ):
        told = [ticket for ticket in held.values() if not ticket.is_closed]
        messages: dict[int, Message] = {}
        with (
            together.writing_together({Message: len(told)}),
            telling_together(Fact, about=lambda fact: fact.ticket.pk),
        ):
            for ticket in told:
                words = Words(texts[ticket.pk])
                solved: dict[str, Any] = {"solved": True} if ticket.state == State.SOLVED else {}
                message = write_down(ticket, words, author=by.person, side=Side.TEAM, public=True)
                event = append(
                    ticket,
                    Kind.UPDATE,
                    by=by.person,
                    message=message,
                    incident=incident,
                    update=update,
                    **solved,
                )
                tell(MessagePosted(ticket, event, message))
                messages[ticket.pk] = message
    return messages
