"""A visitor who has said one thing, on a Thursday at nine, Eastern."""

from __future__ import annotations

import pytest

from deskbell.chat.models import Visit, Visitor
from deskbell.chat.saying import say
from deskbell.chat.visitors import meet
from deskbell.lib.clock import moved_to
from tests.town import Town, at


@pytest.fixture
def visitor(town: Town) -> Visitor:
    with moved_to(at("2026-11-19 09:00")):
        return meet(zone="America/Chicago")[0]


@pytest.fixture
def visit(visitor: Visitor) -> Visit:
    with moved_to(at("2026-11-19 09:00")):
        say(visitor, "My screen is black", client_id="first-message")
    return Visit.objects.get(visitor=visitor)
