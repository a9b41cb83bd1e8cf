"""What Teams needs: the address of a workflow, which leads to one channel or chat."""

from __future__ import annotations

from collections.abc import Mapping

from deskbell.oncall.ways.form import Field, Reached, address, shown
from deskbell.people.models import Agent

TITLE = "Teams"
HELP = (
    "To a channel or chat. Everyone there reads it, so it leads to the ticket, behind the sign-in."
)


def fields() -> list[Field]:
    """One address."""
    hint = (
        "In Teams: Workflows, “Send webhook alerts to a channel”. Copy the address that it shows."
    )
    return [Field("url", "Address of the workflow", hint, type="url")]


def read(sent: Mapping[str, str], agent: Agent) -> Reached:
    """The whole address is a secret."""
    url = address(sent.get("url", ""))
    return Reached(shown(url), {"url": url})
