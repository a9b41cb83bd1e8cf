"""What Slack needs: the address of an incoming webhook, which leads to one channel."""

from __future__ import annotations

from collections.abc import Mapping

from deskbell.oncall.ways.form import Field, Reached, address, shown
from deskbell.people.models import Agent

TITLE = "Slack"
HELP = "To a channel. Everyone there reads it, so it leads to the ticket, behind the sign-in."


def fields() -> list[Field]:
    """One address."""
    hint = "In Slack: your app, Incoming Webhooks. Mattermost's and others' of this kind work too."
    return [Field("url", "Address of the incoming webhook", hint, type="url")]


def read(sent: Mapping[str, str], agent: Agent) -> Reached:
    """The whole address is a secret."""
    url = address(sent.get("url", ""))
    return Reached(shown(url), {"url": url})
