"""One request as its customers see it: what was said in public, by whom, and the clocks in their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deskbell.mail.names import first_name
from deskbell.people.models import Person
from deskbell.sla.explaining import Account, Audience, Drawn, account_of, drawn
from deskbell.tickets.access import said_in_public
from deskbell.tickets.following import followers_of
from deskbell.tickets.models import Attachment, Message, Side, Ticket


@dataclass(frozen=True)
class Said:
    """A message for customers; `author` is empty where the desk speaks by itself."""

    message: Message
    author: str
    files: Sequence[Attachment]

    def __str__(self) -> str:
        return self.author

    @property
    def is_ours(self) -> bool:
        return self.message.side != Side.CUSTOMER

    @property
    def portrait_path(self) -> str:
        """Who is named is shown too, where they have a picture."""
        return self.message.author.portrait_path if self.message.author and self.author else ""


@dataclass(frozen=True)
class Conversation:
    """All that the page of a request shows."""

    said: Sequence[Said]
    followers: Sequence[Person]
    account: Account
    running: list[Drawn]
    ended: list[Drawn]


def conversation_of(ticket: Ticket, *, zone: str, language: str) -> Conversation:
    """Read it, in a fixed number of queries."""
    messages = said_in_public(ticket).select_related("author").prefetch_related("attachments")
    account = account_of(ticket, zone=zone, audience=Audience.CUSTOMER, language=language)
    shown = [drawn(each) for each in account.clocks]
    return Conversation(
        said=[_told(each) for each in messages.order_by("id")],
        followers=followers_of(ticket),
        account=account,
        running=[each for each in shown if not each.each.is_ended],
        ended=[each for each in shown if each.each.is_ended],
    )


def _told(message: Message) -> Said:
    """Of the team customers know the first names, as in its mails."""
    author = message.author
    if author is None:
        name = ""
    elif message.side == Side.CUSTOMER:
        name = str(author)
    else:
        name = first_name(author.name)
    return Said(message, name, list(message.attachments.all()))
