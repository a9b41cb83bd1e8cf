"""A page by ntfy, published as JSON. Its button leads to the link; only the page behind it acknowledges."""

from __future__ import annotations

import hashlib
from typing import Any

from deskbell.oncall.models import Method
from deskbell.oncall.ways import asking
from deskbell.oncall.ways.remote import Message
from deskbell.tickets.impacts import Impact

IS_SHARED = False
LONGEST = 3500  # bytes; ntfy makes a file of a message of more than 4,096
PRIORITIES: dict[str, int] = {Impact.URGENT: 5, Impact.HIGH: 4, Impact.NORMAL: 3, Impact.LOW: 2}
TAGS = {"page": "rotating_light", "bundle": "rotating_light", "over": "white_check_mark"}


def send(message: Message, method: Method) -> str:
    """Publish it and return ntfy's id of it."""
    kept = method.secrets
    token = kept.get("token")
    answer = asking.post_json(
        message,
        kept["server"] + "/",
        payload(message, kept["topic"]),
        {"Authorization": f"Bearer {token}"} if token else {},
    )
    return str(asking.read_json(answer).get("id", ""))[:100]


def payload(message: Message, topic: str) -> dict[str, Any]:
    """The message as ntfy's document “Publish as JSON” has it."""
    body: dict[str, Any] = {
        "topic": topic,
        "title": message.title,
        "message": _cut(message.text),
        "priority": _priority(message),
        "tags": [TAGS[message.kind]] if message.kind in TAGS else [],
        "click": message.link or message.ticket,
    }
    if message.kind != "bundle":  # each bundle tells of other pages, so none replaces another
        body["sequence_id"] = hashlib.sha256(message.key.encode()).hexdigest()[:32]
    if message.link:
        body["actions"] = [
            {"action": "view", "label": "Acknowledge", "url": message.link, "clear": True}
        ]
    return body


def _priority(message: Message) -> int:
    """Nobody is woken to hear that it is over."""
    return 2 if message.kind == "over" else PRIORITIES.get(message.impact, 4)


def _cut(text: str) -> str:
    raw = text.encode()
    return text if len(raw) <= LONGEST else raw[:LONGEST].decode(errors="ignore") + " …"
