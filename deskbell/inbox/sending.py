"""Sending from the composer: the words and what is done with them, in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction

from deskbell.inbox import draft_files, drafts
from deskbell.inbox.models import Draft
from deskbell.inbox.translating.asking import sent_as
from deskbell.tickets import replying
from deskbell.tickets.finding.filters import Asker
from deskbell.tickets.macros import Action, carry_out
from deskbell.tickets.models import Ticket
from deskbell.tickets.solving import set_state
from deskbell.tickets.words import Words


@transaction.atomic
def send_reply(
    ticket: Ticket,
    words: Words,
    *,
    by: Asker,
    actions: Iterable[Action] = (),
    then: str = "",
    page: str = "",
    translation: int = 0,
) -> None:
    """Answer the customer with the files that wait, do what goes with it, and perhaps set a state (`then`);
    the draft goes. With the key of its `translation`, what was written first stays too. Raises Refused, and
    nothing of it has happened."""
    files = draft_files.taken(ticket, Draft.Kind.REPLY, by=by.agent, page=page)
    said = replying.reply(ticket, replace(words, files=files), by=by.agent, may_be_undone=True)
    sent_as(said, translation, by=by.agent)
    carry_out(ticket, actions, by=by)
    if then:
        set_state(ticket, then, by=by.agent)
    drafts.sent(ticket, Draft.Kind.REPLY, by=by.agent, page=page)


@transaction.atomic
def save_note(
    ticket: Ticket, words: Words, *, by: Asker, actions: Iterable[Action] = (), page: str = ""
) -> None:
    """Write something for the team alone, likewise."""
    files = draft_files.taken(ticket, Draft.Kind.NOTE, by=by.agent, page=page)
    replying.note(ticket, replace(words, files=files), by=by.agent)
    carry_out(ticket, actions, by=by)
    drafts.sent(ticket, Draft.Kind.NOTE, by=by.agent, page=page)
