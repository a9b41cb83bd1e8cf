"""The ways that lead out of the desk: a provider is asked to take a message, outside any transaction.

One folder a way, each with a `sending.py` that is a `Sender`. The loop in `oncall.sending` leases the
pages, asks these, and writes down what came of it, so a sender only speaks its provider's language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from deskbell.oncall.models import Method


@dataclass(frozen=True)
class Message:
    """What a person is told, in plain words. No secret stands in it but the link's token.

    `link` acknowledges by its button, for the one person whom it was made for; "" where none may stand.
    `key` is the same for all that is said of one call, so that a phone can replace what is out of date.
    """

    title: str  # at most 150 characters: “[Urgent] Login is down (#12)”
    text: str  # a few lines
    link: str
    ticket: str  # its address in the desk, behind the sign-in
    impact: str  # as in `tickets.impacts.Impact`
    key: str
    kind: Literal["page", "bundle", "over", "test"] = "page"
    code: str = ""  # of a test: six digits, which prove that it was received


class Sender(Protocol):
    """How one way speaks with its provider."""

    IS_SHARED: (
        bool  # others read it too (a channel): it gets the ticket's address instead of the link
    )

    def send(self, message: Message, method: Method) -> str:
        """Hand the message over and return what the provider calls it ("" if it says nothing).

        Raises NotNow where it may work later or nobody can tell whether it was taken (no answer,
        5xx, 429: it is sent again, E3), Never where it can't work for this message, Gone where the provider
        has disabled the method, lib.errors.Refused where its settings or its address are wrong.
        """


class NotNow(Exception):
    """The provider could not take it now; it may be tried again, after so many seconds if it says so."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


class Never(Exception):
    """This message can't be delivered by this method, whenever it is tried; the sentence says why."""


class Gone(Exception):
    """The provider says that this method is no more: an expired subscription, a blocked number."""


REMOTE: dict[str, Sender] = {}
