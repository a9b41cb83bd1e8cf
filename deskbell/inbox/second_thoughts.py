"""What a reply may have been written without: held back once, with the reason; sending it again sends it."""

from __future__ import annotations

import re

from deskbell.inbox.draft_files import waiting
from deskbell.inbox.drafts import refuse_if_answered_meanwhile
from deskbell.inbox.models import Draft
from deskbell.lib.errors import Refused
from deskbell.people.models import Agent
from deskbell.tickets.mentioning import named_in
from deskbell.tickets.models import Message, Ticket

# What people write who mean to send a file along; “the attachment you sent” is not meant.
_BRINGS_A_FILE = re.compile(
    r"\b(i|we)(['’]ve| have| am|['’]m| are|['’]re)? attach(ed|ing)?\b"
    r"|\b(find|see)( the)?( file| document| pdf| screenshot)?s? (attached|enclosed)\b"
    r"|\battached (is|are|you|please|you['’]ll|below|to this)\b|\bsee (the )?attachment\b"
    r"|\b(he|hemos|te he|le he|les he) adjuntado\b|\badjuntamos\b|\b(te|le|les|os) adjunto\b"
    r"|(^|[.!¡,:]\s*)adjunto\b|\b(va|van|encontrar[áa]s?|encontrar[áa]n) adjunt[oa]s?\b"
    r"|\b(mira|mire|miren|ver|vea|vean|consulte) (el |los )?(archivos? |documentos? )?adjuntos?\b",
    re.IGNORECASE | re.MULTILINE,
)
LONG_ENOUGH = 40  # characters of a line that nobody writes twice by chance


def hold_back(ticket: Ticket, text: str, *, seen: int | None, sure: bool, by: Agent) -> None:
    """Raises Refused if a colleague has answered meanwhile; unless `sure`, also if the reply looks like a
    note, has words of one, or speaks of a file that it doesn't bring."""
    refuse_if_answered_meanwhile(ticket, seen, by=by)
    if sure:
        return
    if (note := _note_in(ticket, text)) is not None:
        raise Refused(
            f"This goes to the customer, and a part of it stands in the internal note of {note.author}. "
            "Send it again if they may read it."
        )
    if named := [str(agent) for agent in named_in(text)]:
        raise Refused(
            f"This goes to the customer, and it names @{named[0]}. Write it as an internal note; "
            "or send it again if you mean it."
        )
    if _BRINGS_A_FILE.search(text) and not waiting(ticket, Draft.Kind.REPLY, by):
        raise Refused(
            "You write of an attachment, and none is there. Send it again if that is right."
        )


def _note_in(ticket: Ticket, text: str) -> Message | None:
    """An internal note of which a long line stands in the text, if there is one."""
    said = _even(text)
    for note in (
        Message.objects.said()
        .filter(ticket=ticket, public=False)
        .select_related("author")
        .order_by("-id")
    ):
        lines = (_even(line.lstrip("> ")) for line in note.text.split("\n"))
        if any(len(line) >= LONG_ENOUGH and line in said for line in lines):
            return note
    return None


def _even(text: str) -> str:
    return " ".join(text.casefold().split())
