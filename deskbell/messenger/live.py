"""What a visitor gets to see: the public messages of their own conversation, drawn in one place.

History, the answer to a POST and the live push all draw through `drawn`; it refuses a note, and
`visible` never finds one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from deskbell.chat.models import Visit, Visitor
from deskbell.chat.transcripts import heard_in
from deskbell.lib.telling import takes_many
from deskbell.messenger import articles, files
from deskbell.realtime.publish import publish
from deskbell.tickets.events import MessagePosted
from deskbell.tickets.formatting import plain
from deskbell.tickets.models import Message, Side

EVENT = "message"


@takes_many
def push(facts: Sequence[MessagePosted]) -> None:
    """Send public messages to the visitors who may see them; the bubble shows them at commit."""
    posted = {fact.ticket.pk: fact.message.pk for fact in facts}
    visits = Visit.objects.filter(ticket__in=posted)
    for visit in visits.select_related("visitor__identity__district"):
        message = visible(visit).filter(pk=posted[visit.ticket_id])
        for news in told(message, visit.visitor):
            publish(topic(visit), EVENT, json.dumps(news))


def topic(visit: Visit) -> str:
    """Where this visit's messages are told."""
    return f"visit:{visit.pk}"


def visible(visit: Visit) -> QuerySet[Message]:
    """What this visitor may see of the conversation, with all that is drawn of it."""
    return heard_in(visit).select_related("author", "sent").prefetch_related("attachments")


def told(messages: Iterable[Message], visitor: Visitor) -> list[dict[str, Any]]:
    """Messages as `drawn`, each with the articles to which it leads."""
    found = list(messages)
    cards = articles.cards(found, visitor)
    return [{**drawn(each), "articles": cards.get(each.pk, [])} for each in found]


def drawn(message: Message) -> dict[str, Any]:
    """One message as the bubble reads it: text alone, never markup. Raises ValueError for a note."""
    if not message.public:
        raise ValueError("A note is for the team alone.")
    sent = getattr(message, "sent", None)
    return {
        "id": message.pk,
        "client": sent.client_id if sent else "",
        "side": message.side,
        "who": _first_name(message) if message.side == Side.TEAM else "",
        "face": message.author.portrait_path
        if message.side == Side.TEAM and message.author
        else "",
        "text": plain(message),
        "at": message.received_at.isoformat(),
        "files": [files.drawn(each) for each in message.attachments.all()],
    }


def _first_name(message: Message) -> str:
    name = message.author.name if message.author else ""
    return name.split()[0] if name.split() else "Support"
