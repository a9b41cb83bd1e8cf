"""A mail to an alerts address becomes a body like any other, in the transaction that takes the mail."""

from __future__ import annotations

import json
from typing import Any, Protocol

from deskbell.monitoring.intake import receiving
from deskbell.monitoring.models import Source

DOOR = "alerts"


class Addressed(Protocol):
    """What the mail room tells of a mail to an address with a door (`mail.facts.MailAddressed`); the
    two rooms are neighbors, and know each other by what is told alone."""

    door: str
    token: str
    mail: Any
    taken: str


def take(fact: Addressed) -> None:
    """Keep what the mail says, if it came to an alerts address of a source that the desk has."""
    if fact.door != DOOR:
        return
    source = Source.objects.filter(kind=Source.Kind.MAIL, token=fact.token.lower()).first()
    if source is None:
        return
    document = {
        "from": fact.mail.sender.address,
        "subject": fact.mail.subject,
        "text": fact.mail.visible_text or fact.mail.quoted_text,
        "message_id": fact.mail.message_id,
    }
    content = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    kept = content[: receiving.LARGEST]
    headers = {"content-type": "application/json"}
    receiving.store(source, receiving.Sent(kept, len(content), headers))
    fact.taken = f"It is an alert, taken by the source {source}."
