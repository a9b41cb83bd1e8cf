"""How a page reaches a person: one folder a way, each with the same two verbs."""

from __future__ import annotations

from typing import Protocol

from deskbell.oncall.models import Call, Page
from deskbell.oncall.ways.app import sending as in_app
from deskbell.oncall.ways.mail import sending as by_mail
from deskbell.oncall.ways.remote import REMOTE
from deskbell.people.models import Agent
from deskbell.tickets.models import Ticket


class Way(Protocol):
    """What each way can do, in the transaction of what causes it."""

    def send(self, page: Page, ticket: Ticket) -> None:
        """Save the page and put its message on the way."""

    def say_over(self, agent: Agent, call: Call, ticket: Ticket) -> None:
        """Tell someone who was paged that nobody needs to act any more."""


WAYS: dict[str, Way] = {Page.Way.MAIL: by_mail, Page.Way.APP: in_app}


def known_ways() -> list[str]:
    """The ways that this desk speaks: a method of another one reaches nobody."""
    return [*(str(way) for way in WAYS), *(str(way) for way in REMOTE)]
