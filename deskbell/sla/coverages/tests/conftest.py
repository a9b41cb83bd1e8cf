"""What every test of edited coverages needs: the business hours, and a ticket that waits in them."""

from __future__ import annotations

import pytest

from deskbell.lib.clock import moved_to
from deskbell.people.models import Person
from deskbell.sla.models import Coverage
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town, at


@pytest.fixture
def hours(town: Town) -> Coverage:
    return Coverage.objects.get(key="business_hours")


@pytest.fixture
def max_(town: Town) -> Person:
    """The manager."""
    return town.max.person


@pytest.fixture
def ticket(town: Town) -> Ticket:
    """Opened on a Thursday morning; its first reply is due at 13:00."""
    with moved_to(at("2026-11-19 09:00")):
        return open_for_customer("Black screen", Words("Dark"), requester=town.tess)
