"""Tags: words by which the team groups tickets. The customer sees none of them."""

from __future__ import annotations

import re
from typing import Any

from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.people.models import Agent
from deskbell.tickets.events import Kind, TagsChanged, append, changing
from deskbell.tickets.models import Tag, Ticket

LONGEST, MOST = 40, 20
_USUAL = re.compile(r"[\w&+./-]+( [\w&+./-]+)*")


def tag_name(text: str) -> str:
    """The tag as it is kept: in lower case, with single spaces. Raises Refused for what is none."""
    name = " ".join(text.lower().removeprefix("#").split())
    if not name or len(name) > LONGEST or not _USUAL.fullmatch(name):
        raise Refused(f"A tag has letters, digits, - and _, at most {LONGEST} of them.")
    return name


def tag(ticket: Ticket, text: str, *, by: Agent) -> Ticket:
    """Put a tag on the ticket; one that is there already changes nothing."""
    name = tag_name(text)
    with changing(ticket) as locked:
        if name not in locked.tags:
            if len(locked.tags) >= MOST:
                raise Refused(f"Ticket #{locked.number} has {MOST} tags already. Remove one first.")
            Tag.objects.bulk_create([Tag(name=name)], ignore_conflicts=True)
            _keep(locked, sorted([*locked.tags, name]), by, added=name)
    return locked


def untag(ticket: Ticket, text: str, *, by: Agent) -> Ticket:
    """Take a tag off the ticket."""
    name = tag_name(text)
    with changing(ticket) as locked:
        if name in locked.tags:
            _keep(locked, [each for each in locked.tags if each != name], by, removed=name)
    return locked


def _keep(ticket: Ticket, tags: list[str], by: Agent, **what: Any) -> None:
    ticket.tags = tags
    ticket.save(update_fields=["tags"])
    tell(TagsChanged(ticket, append(ticket, Kind.TAGS, by=by.person, **what)))
