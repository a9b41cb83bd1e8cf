"""A page as a phone call. The press of a key is posted to the page's own address, signed by the provider."""

from __future__ import annotations

import re

from deskbell.oncall.models import Method
from deskbell.oncall.ways.phone import provider
from deskbell.oncall.ways.remote import Message

IS_SHARED = False
LONGEST = (
    500  # characters of the text: it is read twice, and a document of 4,000 is what Twilio takes
)


def send(message: Message, method: Method) -> str:
    """Let the provider call and return its id of the call."""
    answers_at = f"{message.link}/digits" if message.link else ""
    sentences = spoken(message)
    if answers_at:
        sentences.append("Press 1 to acknowledge.")
    return provider.chosen().call(message, method.secrets["number"], sentences, answers_at)


def spoken(message: Message) -> list[str]:
    """What the voice reads; digits of a code one by one, and no signs that it would spell."""
    if message.kind == "test":
        digits = ", ".join(message.code)
        return ["This is a test of your support desk.", f"Your code is: {digits}."]
    return [
        _said(message.title),
        *(_said(line) for line in message.text[:LONGEST].splitlines() if line),
    ]


def _said(text: str) -> str:
    text = "".join(c if c.isprintable() else " " for c in text)  # XML takes no control characters
    bare = re.sub(r"[\[\]()<>“”\"]", " ", text).replace("#", " number ").replace("&", " and ")
    return " ".join(bare.split())
