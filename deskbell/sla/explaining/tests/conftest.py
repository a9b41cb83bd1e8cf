"""Short names for a ticket that lives through a few days."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from deskbell.lib.clock import moved_to
from deskbell.sla.explaining import Account, Audience, account_of
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town, at

Opened = Callable[..., Ticket]


@pytest.fixture
def opened(town: Town) -> Opened:
    """Open a ticket of Tess at an Eastern wall-clock time."""

    def open_at(when: str, **more: Any) -> Ticket:
        with moved_to(at(when)):
            return open_for_customer("Black screen", Words("Dark"), requester=town.tess, **more)

    return open_at


def account_at(
    when: str,
    ticket: Ticket,
    *,
    zone: str = "America/New_York",
    audience: Audience = Audience.AGENT,
    language: str = "en",
    dated: bool = False,
) -> Account:
    """The account of a ticket as of an Eastern wall-clock time."""
    with moved_to(at(when)):
        return account_of(ticket, zone=zone, audience=audience, language=language, dated=dated)
