"""A page as a text message: what it is about, and the link."""

from __future__ import annotations

from deskbell.oncall.models import Method
from deskbell.oncall.ways.phone import provider
from deskbell.oncall.ways.remote import Message

IS_SHARED = False
LONGEST = 300  # characters before the address: two parts of a text, or three


def send(message: Message, method: Method) -> str:
    """Hand it to the provider and return its id there."""
    return provider.chosen().text(message, method.secrets["number"], words(message))


def words(message: Message) -> str:
    """A bundle says what is in it; a page's title is enough, and its address has the rest."""
    said = f"{message.title}\n{message.text}" if message.kind == "bundle" else message.title
    short = said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"
    if message.kind in {"test", "over"}:
        return short
    return f"{short}\n{message.link or message.ticket}"
