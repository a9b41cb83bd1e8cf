"""What a visitor gets to see: the public messages of their own conversation, drawn in one place.

History, the answer to a POST and the live push all draw through `drawn`; it refuses a note, and
`visible` never finds one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, QuerySet

from deskbell.chat.models import Visit, Visitor
from deskbell.chat.transcripts import heard_in, may_hear
from deskbell.chat.visitors import visits_on
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
    posted = {fact.ticket.pk: fact.message for fact in facts}
    for visit in visits_on(posted):
        message = posted[visit.ticket_id]
        if may_hear(visit, message):
            (news,) = told([message], visit.visitor)
            publish(topic(visit), EVENT, json.dumps(news))


def topic(visit: Visit) -> str:
    """Where this visit's messages are told."""
    return f"visit:{visit.pk}"


def visible(visit: Visit) -> QuerySet[Message]:
    """What this visitor may see of the conversation, with all that is drawn of it."""
    found = heard_in(visit).annotate(client=F("sent__client_id"))
    return found.select_related("author").prefetch_related("attachments")


def told(messages: Iterable[Message], visitor: Visitor) -> list[dict[str, Any]]:
    """Messages as `drawn`, each with the articles to which it leads."""
    found = list(messages)
    cards = articles.cards(found, visitor)
    drawn_each = ((each, drawn(each, client=getattr(each, "client", None) or "")) for each in found)
    return [{**news, "articles": cards.get(each.pk, [])} for each, news in drawn_each]


def drawn(message: Message, *, client: str = "") -> dict[str, Any]:
    """One message as the bubble reads it: text alone, never markup. `client` is how the bubble named it.
    Raises ValueError for a note."""
    if not message.public:
        raise ValueError("A note is for the team alone.")
    return {
        "id": message.pk,
        "client": client,
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
