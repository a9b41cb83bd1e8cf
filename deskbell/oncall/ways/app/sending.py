"""A page in the app is there as soon as it is stored."""

from __future__ import annotations

from deskbell.oncall.models import Call, Page
from deskbell.people.models import Agent
from deskbell.people.notices import notify
from deskbell.tickets.models import Ticket


def send(page: Page, ticket: Ticket) -> None:
    """Leave an urgent notice; the live stream shows it wherever the agent is in the desk."""
    page.state, page.sent_at = Page.State.SENT, page.created_at
    page.save()
    text = f"{page.call.reason}: {ticket}"
    notify([page.agent], text, path=_path(ticket), urgent=True, by_mail=False)


def say_over(agent: Agent, call: Call, ticket: Ticket) -> None:
    """Leave a notice that it is over."""
    notify([agent], f"It is over: {ticket}", path=_path(ticket), by_mail=False)


def _path(ticket: Ticket) -> str:
    return f"/tickets/{ticket.number}"
