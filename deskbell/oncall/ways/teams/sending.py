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
    """A message with one card, as a workflow's trigger takes it."""
    color = "good" if message.kind == "over" else COLORS.get(message.impact, "default")
    return {
        "type": "message",
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": None,
                "content": {
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard",
                    "version": "1.4",
                    "body": [
                        {
                            "type": "TextBlock",
                            "text": escaped(message.title),
                            "weight": "bolder",
                            "size": "medium",
                            "color": color,
                            "wrap": True,
                        },
                        *(
                            {"type": "TextBlock", "text": escaped(line), "wrap": True}
                            for line in message.text[:LONGEST].splitlines()
                            if line.strip()
                        ),
                    ],
                    "actions": [
                        {
                            "type": "Action.OpenUrl",
                            "title": "Open the desk"
                            if message.kind == "test"
                            else "Open the ticket",
                            "url": message.ticket,
                        }
                    ],
                },
            }
        ],
    }


def escaped(text: str) -> str:
    """A text block reads a part of Markdown: nobody's words become a link."""
    return MARKDOWN.sub(r"\\\1", text)
