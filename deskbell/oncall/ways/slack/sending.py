"""A page in a channel of Slack. Others read it too: it carries the ticket's address, never the link."""

from __future__ import annotations

from typing import Any

from deskbell.oncall.models import Method
from deskbell.oncall.ways import asking
from deskbell.oncall.ways.remote import Message

IS_SHARED = True
LONGEST = 2900  # characters; Slack takes 3,000 in a section


def send(message: Message, method: Method) -> str:
    """Post it. A webhook or channel that is no more is answered 404 or 410; Slack names no id."""
    asking.post_json(message, method.secrets["url"], payload(message), gone={404, 410})
    return ""


def payload(message: Message) -> dict[str, Any]:
    """The page, and the way to its ticket."""
    words = "Open the desk" if message.kind == "test" else "Open the ticket"
    return blocks(message.title, message.text, message.ticket, words)


def blocks(title: str, text: str, link: str, words: str) -> dict[str, Any]:
    """`text` is what a phone's notification shows, the blocks are what the channel shows."""
    title, text, words = escaped(title), escaped(text[:LONGEST]), escaped(words)
    open_it = f"<{link}|{words}>"
    return {
        "text": f"{title}\n{open_it}",
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": f"*{title}*"}},
            {"type": "section", "text": {"type": "mrkdwn", "text": f"{text}\n{open_it}"}},
        ],
    }


def escaped(text: str) -> str:
    """As Slack asks: so that nobody's words become a mention of everyone, or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
