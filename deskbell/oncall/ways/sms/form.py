"""What a text message needs: a number."""

from __future__ import annotations

from collections.abc import Mapping

from deskbell.oncall.ways.form import Field, Reached
from deskbell.oncall.ways.phone import numbers
from deskbell.people.models import Agent

TITLE = "Text message"
HELP = "By SMS, through the desk's provider. It carries the link."


def fields() -> list[Field]:
    """One number."""
    return numbers.fields()


def read(sent: Mapping[str, str], agent: Agent) -> Reached:
    """Raises Refused."""
    return numbers.read(sent)
