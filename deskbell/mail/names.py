"""How people are called in mails."""

from __future__ import annotations

from deskbell.mail.models import SupportAddress
from deskbell.people.models import Person


def first_name(name: str) -> str:
    """How to greet someone; empty if that can't be told from the name, as in “Doe, Jane”."""
    words = name.split()
    return words[0] if words and "," not in name and "@" not in name else ""


def from_name(author: Person | None, address: SupportAddress | None, desk_name: str) -> str:
    """Who writes: “Ana at Support”, by the address's own name or the desk's."""
    first = str(author).split()[0] if author and author.name.split() else ""
    desk = (address.name if address else "") or desk_name
    return f"{first} at {desk}" if first else desk
