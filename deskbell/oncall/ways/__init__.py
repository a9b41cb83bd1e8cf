"""How a page reaches a person: one folder a way, each with the same two verbs."""

from __future__ import annotations

from typing import Protocol

from deskbell.oncall.models import Call, Page
from deskbell.oncall.ways.app import sending as in_app
from deskbell.oncall.ways.mail import sending as by_mail
from deskbell.oncall.ways.ntfy import sending as by_ntfy
from deskbell.oncall.ways.push import sending as by_push
from deskbell.oncall.ways.remote import REMOTE
from deskbell.oncall.ways.slack import sending as in_slack
from deskbell.oncall.ways.sms import sending as by_sms
from deskbell.oncall.ways.teams import sending as in_teams
from deskbell.oncall.ways.voice import sending as by_voice
from deskbell.oncall.ways.webhook import sending as by_webhook
from deskbell.people.models import Agent
from deskbell.tickets.models import Ticket


class Way(Protocol):
    """What each way can do, in the transaction of what causes it."""

    def send(self, page: Page, ticket: Ticket) -> None:
        """Save the page and put its message on the way."""

    def say_over(self, agent: Agent, call: Call, ticket: Ticket) -> None:
        """Tell someone who was paged that nobody needs to act any more."""


WAYS: dict[str, Way] = {Page.Way.MAIL: by_mail, Page.Way.APP: in_app}
REMOTE.update(
    {
        Page.Way.PUSH: by_push,
        Page.Way.NTFY: by_ntfy,
        Page.Way.WEBHOOK: by_webhook,
        Page.Way.SLACK: in_slack,
        Page.Way.TEAMS: in_teams,
        Page.Way.SMS: by_sms,
        Page.Way.VOICE: by_voice,
    }
)


def known_ways() -> list[str]:
    """The ways that this desk speaks: a method of another one reaches nobody."""
    return [*(str(way) for way in WAYS), *(str(way) for way in REMOTE)]
