"""The one small interface behind which a phone provider stands, and which one the operator has chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from django.conf import settings

from deskbell.lib.errors import Refused
from deskbell.oncall.ways.phone import twilio
from deskbell.oncall.ways.remote import Message


class Provider(Protocol):
    """A module that speaks one provider's API. Its verbs raise as a Sender's `send` does."""

    def text(self, message: Message, number: str, words: str) -> str:
        """Send a text to a number (E.164) and return the provider's id of it."""

    def call(self, message: Message, number: str, sentences: Sequence[str], answers_at: str) -> str:
        """Call the number and read the sentences twice. With `answers_at` a press of 1 is posted there."""

    def pressed(self, url: str, sent: Mapping[str, str], headers: Mapping[str, str]) -> str:
        """The key that was pressed, "" for none, of a request to `answers_at`. Raises NotFound unless the
        provider's signature proves that it comes from there."""

    def spoken(self, sentence: str, answers_at: str = "") -> tuple[str, str]:
        """What to answer to such a request: a document that says this, and its content type."""


PROVIDERS: dict[str, Provider] = {"twilio": twilio}


def is_set_up() -> bool:
    """Has the operator chosen one?"""
    return settings.PHONE_PROVIDER in PROVIDERS


def chosen() -> Provider:
    """The operator's. Raises Refused if there is none, or if it lacks what it needs."""
    if not is_set_up():
        raise Refused("This desk has no phone provider: its operator sets DESKBELL_PHONE_PROVIDER.")
    return PROVIDERS[settings.PHONE_PROVIDER]
