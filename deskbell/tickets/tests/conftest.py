"""Short names for those who act in every test of this room."""

from __future__ import annotations

import pytest

from deskbell.lib.clock import moved_to
from deskbell.people.models import Agent
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town, at


@pytest.fixture
def ana(town: Town) -> Agent:
    return town.ana


@pytest.fixture
def ticket(town: Town) -> Ticket:
    """Opened on a Thursday at nine, Eastern, by a teacher."""
    with moved_to(at("2026-11-19 09:00")):
        return open_for_customer("Black screen", Words("It is dark"), requester=town.tess)
