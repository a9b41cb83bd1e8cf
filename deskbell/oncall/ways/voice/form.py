"""What a call needs: a number."""

from __future__ import annotations

from collections.abc import Mapping

from deskbell.oncall.ways.form import Field, Reached
from deskbell.oncall.ways.phone import numbers
from deskbell.people.models import Agent

TITLE = "Phone call"
HELP = "A voice reads the page; press 1 to acknowledge. Let it come last."


def fields() -> list[Field]:
    """One number."""
    return numbers.fields()


def read(sent: Mapping[str, str], agent: Agent) -> Reached:
    """Raises Refused."""
    return numbers.read(sent)
