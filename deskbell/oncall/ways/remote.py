"""The ways that lead out of the desk: a provider is asked to take a message, outside any transaction.

One folder a way, each with a `sending.py` that is a `Sender`. The loop in `oncall.sending` leases the
pages, asks these, and writes down what came of it, so a sender only speaks its provider's language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from deskbell.lib.posting import Gone, Never, NotNow
from deskbell.oncall.models import Method

__all__ = ["REMOTE", "Gone", "Message", "Never", "NotNow", "Sender"]


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


REMOTE: dict[str, Sender] = {}
