"""What a way asks for when a person adds it as a method of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from deskbell.lib.errors import Refused
from deskbell.lib.outbound import checked_url
from deskbell.people.models import Agent

LONGEST = 1000  # characters of an address


@dataclass(frozen=True)
class Field:
    """One line of a form. `value` is what stands there at first."""

    name: str
    label: str
    hint: str = ""
    type: str = "text"
    value: str = ""
    required: bool = True


@dataclass(frozen=True)
class Reached:
    """Where a method leads: as it may be shown, and what its way needs to reach it (sealed at rest)."""

    where: str
    secrets: Mapping[str, Any]


class Form(Protocol):
    """A module `form.py` of a way."""

    TITLE: str  # of the form: “ntfy”
    HELP: str  # one line

    def fields(self) -> list[Field]:
        """What is asked, in order."""

    def read(self, sent: Mapping[str, str], agent: Agent) -> Reached:
        """What was entered. Raises Refused with what to change."""


def address(text: str, *, outside_only: bool = False) -> str:
    """A web address that the desk may ask. Raises Refused. `outside_only`: not inside, whatever the operator
    allows."""
    text = text.strip()
    if not text:
        raise Refused("Enter its address.")
    if len(text) > LONGEST or not text.isprintable() or " " in text:
        raise Refused(f"Write the address in at most {LONGEST} characters, without spaces.")
    return checked_url(text, outside_only=outside_only)


def shown(url: str) -> str:
    """An address without what is secret in it: the host, and a bit of the path."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    tail = f"{path[:4]}…" if path else ""
    return f"{parts.netloc}{tail}"[:200]
