"""Mail goes to the address by which the person signs in, so nothing is asked."""

from __future__ import annotations

from collections.abc import Mapping

from deskbell.lib.errors import Refused
from deskbell.mail.queueing import can_be_written_to
from deskbell.oncall.ways.form import Field, Reached
from deskbell.people.models import Agent

TITLE = "Mail"
HELP = "To the address by which you sign in. Answering the mail acknowledges too."


def fields() -> list[Field]:
    """None."""
    return []


def read(sent: Mapping[str, str], agent: Agent) -> Reached:
    """The person's own address."""
    if not can_be_written_to(agent.person):
        raise Refused("The desk can't write to your address: ask an administrator to change it.")
    return Reached((agent.person.email or "")[:200], {})
