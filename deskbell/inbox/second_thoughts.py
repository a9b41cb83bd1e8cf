"""What a reply may have been written without: held back once, with the reason; sending it again sends it."""

from __future__ import annotations

import re

from deskbell.inbox.drafts import refuse_if_answered_meanwhile
from deskbell.lib.errors import Refused
from deskbell.people.models import Agent
from deskbell.tickets.mentioning import named_in
from deskbell.tickets.models import Ticket

# What people write who mean to send a file along; “the attachment you sent” is not meant.
_BRINGS_A_FILE = re.compile(
    r"\b(i|we)(['’]ve| have| am|['’]m| are|['’]re)? attach(ed|ing)?\b"
    r"|\b(find|see)( the)?( file| document| pdf| screenshot)?s? (attached|enclosed)\b"
    r"|\battached (is|are|you|please|you['’]ll|below|to this)\b|\bsee (the )?attachment\b",
    re.IGNORECASE,
)


def hold_back(ticket: Ticket, text: str, *, seen: int | None, sure: bool, by: Agent) -> None:
    """Raises Refused if a colleague has answered meanwhile; unless `sure`, also if the reply looks like a
    note, or speaks of a file that it doesn't bring."""
    refuse_if_answered_meanwhile(ticket, seen, by=by)
    if sure:
        return
    if named := [str(agent) for agent in named_in(text)]:
        raise Refused(
            f"This goes to the customer, and it names @{named[0]}. Write it as an internal note; "
            "or send it again if you mean it."
        )
    if _BRINGS_A_FILE.search(text):
        raise Refused(
            "You write of an attachment, and none is there. Send it again if that is right."
        )
