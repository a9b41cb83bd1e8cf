"""A visitor who has said one thing, on a Thursday at nine, Eastern."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deskbell.chat.models import Visit, Visitor
from deskbell.chat.saying import say
from deskbell.chat.takers import set_taking
from deskbell.chat.visitors import meet
from deskbell.lib.clock import moved_to
from deskbell.people.models import Agent
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


@pytest.fixture
def a_chat(town: Town) -> Callable[..., Visit]:
    """Someone else begins a chat, now or at this instant by the Eastern clock."""

    def begun(words: str = "Mine is blue", when: str = "2026-11-19 09:00") -> Visit:
        with moved_to(at(when)):
            visitor, _ = meet()
            say(visitor, words, client_id="first-message")
            return Visit.objects.get(visitor=visitor)

    return begun


@pytest.fixture
def takes() -> Callable[..., None]:
    """Agents say that they take chats."""

    def said(*agents: Agent, when: str = "2026-11-19 09:00") -> None:
        with moved_to(at(when)):
            for agent in agents:
                set_taking(agent, True)

    return said
