"""In the app nothing is asked: the desk knows who is signed in."""

from __future__ import annotations

from collections.abc import Mapping

from deskbell.oncall.ways.form import Field, Reached
from deskbell.people.models import Agent

TITLE = "In the app"
HELP = "A notice that jumps up wherever you are in the desk, while it is open."


def fields() -> list[Field]:
    """None."""
    return []


def read(sent: Mapping[str, str], agent: Agent) -> Reached:
    """This desk."""
    return Reached("this desk", {})
