"""Known trouble in the receipt: whoever writes about it hears at once that the desk knows (K11).

Mail knows of no incidents. A room above that does says so once: `ask_of_trouble(known)` in the wiring. A
receipt is the desk's own word and stops no clock, whatever it says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from deskbell.tickets.models import Ticket


@dataclass(frozen=True)
class Trouble:
    """What is broken, as customers read it, and the page that says how it stands."""

    title: str
    page: str


_ask: Callable[[Sequence[Ticket]], Mapping[int, Trouble]] | None = None


def ask_of_trouble(known: Callable[[Sequence[Ticket]], Mapping[int, Trouble]]) -> None:
    """From now on `known(tickets)` says, by their numbers, of which trouble their writers should hear."""
    global _ask
    _ask = known


def known_trouble(tickets: Sequence[Ticket]) -> Mapping[int, Trouble]:
    """By their numbers, those of these tickets in whose receipts known trouble is named."""
    return _ask(tickets) if _ask else {}
