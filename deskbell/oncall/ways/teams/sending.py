"""A page in a channel of Teams, as an Adaptive Card. Others read it too: it carries the ticket's address."""

from __future__ import annotations

import re
from typing import Any

from deskbell.oncall.models import Method
from deskbell.oncall.ways import asking
from deskbell.oncall.ways.remote import Message
from deskbell.tickets.impacts import Impact

IS_SHARED = True
LONGEST = 5000  # characters; Teams takes a card of 28 KB
COLORS: dict[str, str] = {Impact.URGENT: "attention", Impact.HIGH: "warning"}
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~<>-])")


def send(message: Message, method: Method) -> str:
    """Post it; the workflow answers 202 and names no id. One that is no more is answered 404 or 410."""
    asking.post_json(message, method.secrets["url"], payload(message), gone={404, 410})
    return ""


def payload(message: Message) -> dict[str, Any]:
    """The page in its color, and the way to its ticket."""
    color = "good" if message.kind == "over" else COLORS.get(message.impact, "default")
    words = "Open the desk" if message.kind == "test" else "Open the ticket"
    return card(message.title, message.text, message.ticket, words, color=color)


def card(title: str, text: str, link: str, words: str, *, color: str) -> dict[str, Any]:
    """A message with one card, as a workflow's trigger takes it."""
    head = {
        "type": "TextBlock",
        "text": escaped(title),
        "weight": "bolder",
        "size": "medium",
        "color": color,
        "wrap": True,
    }
    lines = [
        {"type": "TextBlock", "text": escaped(line), "wrap": True}
        for line in text[:LONGEST].splitlines()
        if line.strip()
    ]
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [head, *lines],
        "actions": [{"type": "Action.OpenUrl", "title": words, "url": link}],
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": content,
    }
    return {"type": "message", "attachments": [attachment]}


def escaped(text: str) -> str:
    """A text block reads a part of Markdown: nobody's words become a link."""
    return MARKDOWN.sub(r"\\\1", text)
