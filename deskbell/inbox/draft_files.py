"""Files that wait with a draft: looked at when they come, on all devices, and sent with the words."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from uuid import uuid4

from django.db import transaction

from deskbell.inbox.models import Draft, DraftFile
from deskbell.lib.errors import NotFound, Refused
from deskbell.mail.files import Infected, take_uploaded
from deskbell.mail.trust.clamav import ScannerDown
from deskbell.people.models import Agent
from deskbell.people.notices import topic_of_agent
from deskbell.realtime.publish import publish
from deskbell.tickets.aside.erasing import FilesLeft
from deskbell.tickets.models import Message, Ticket
from deskbell.tickets.words import File

LARGEST = 7 * 1024 * 1024  # bytes of one file; a request to a page holds 8 MB
LARGEST_TOGETHER = 15 * 1024 * 1024  # of a message; a mail of it is a third larger
MOST = 10
LIMITS = "At most ten files, 7 MB each, 15 MB together."


def waiting(ticket: Ticket, kind: str, agent: Agent) -> list[DraftFile]:
    """What waits to be sent with what this agent writes there."""
    return list(DraftFile.objects.filter(ticket=ticket, kind=kind, agent=agent))


def waiting_by_kind(ticket: Ticket, agent: Agent) -> dict[str, list[DraftFile]]:
    """The same for reply and note, in one query."""
    found: dict[str, list[DraftFile]] = {kind: [] for kind in Draft.Kind.values}
    for file in DraftFile.objects.filter(ticket=ticket, agent=agent):
        found[file.kind].append(file)
    return found


def add(
    ticket: Ticket, kind: str, name: str, media_type: str, content: bytes, *, by: Agent, page: str
) -> None:
    """Keep a file until it is sent or taken off. Raises Refused: empty, too large, infected, one too many."""
    if kind not in Draft.Kind.values:
        raise Refused("A file goes with a reply or a note.")
    _refuse_size(waiting(ticket, kind, by), name, len(content))
    try:
        file = take_uploaded(name, media_type, content)
    except Infected as error:
        raise Refused(f"{name} is infected, so it was not kept.") from error
    except ScannerDown as error:
        raise Refused(f"{name} can’t be looked at just now. Try again in a moment.") from error
    _create(ticket, kind, by, file)
    _tell(ticket, kind, by, page)


def remove(ticket: Ticket, pk: int, *, by: Agent, page: str) -> str:
    """Take a file off; returns whether it was a reply's or a note's."""
    found = DraftFile.objects.filter(pk=pk, ticket=ticket, agent=by).first()
    if found is None:
        raise NotFound("This file is not there any more.")
    found.delete()
    _tell(ticket, found.kind, by, page)
    return found.kind


@transaction.atomic
def taken(ticket: Ticket, kind: str, *, by: Agent, page: str) -> tuple[File, ...]:
    """The files of a message that is being sent, which wait no more. Belongs in its transaction."""
    rows = DraftFile.objects.select_for_update().filter(ticket=ticket, kind=kind, agent=by)
    files = tuple(File.of(each) for each in rows)
    if files:
        rows.delete()
        _tell(ticket, kind, by, page)
    return files


def give_back(ticket: Ticket, message: Message, *, by: Agent) -> None:
    """A reply was taken back: its files wait again."""
    for each in message.attachments.order_by("id"):
        _create(ticket, Draft.Kind.REPLY, by, File.of(each))


def keep_waiting(fact: FilesLeft) -> None:
    """What waits with a draft stays, whatever becomes of a ticket with the same file."""
    fact.stay(DraftFile.objects.all(), "sha256")


def _refuse_size(there: list[DraftFile], name: str, size: int) -> None:
    if not size:
        raise Refused(f"{name} is empty.")
    together = sum(each.size for each in there) + size
    if size > LARGEST or together > LARGEST_TOGETHER or len(there) >= MOST:
        raise Refused(f"{name} is too much. {LIMITS}")


def _create(ticket: Ticket, kind: str, by: Agent, file: File) -> None:
    named = replace(file, content_id=file.content_id or f"{uuid4().hex}@deskbell")
    DraftFile.objects.create(ticket=ticket, kind=kind, agent=by, **asdict(named))


def _tell(ticket: Ticket, kind: str, by: Agent, page: str) -> None:
    """Other pages of the same agent ask for the list anew."""
    told = {"number": ticket.number, "kind": kind, "page": page[:40]}
    publish(topic_of_agent(by.pk), "draft-files", json.dumps(told))
