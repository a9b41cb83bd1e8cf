"""Files that visitors bring: kept when they come, and part of a message when they are sent with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from deskbell.chat.models import Upload, Visitor
from deskbell.chat.tallies import FILES_OF_A_VISITOR
from deskbell.lib import clock, files
from deskbell.lib.errors import Refused
from deskbell.lib.numbers import primary_key
from deskbell.tickets.aside.erasing import FilesLeft, TicketErased
from deskbell.tickets.models import Attachment
from deskbell.tickets.words import File

LARGEST = 5 * 1024 * 1024  # bytes of one file
MOST_AT_ONCE = 5  # with one message
LONGEST_NAME = 120
NAMELESS = "file"


def keep(
    visitor: Visitor, name: str, media_type: str, content: bytes, *, picture: str, warning: str
) -> Upload:
    """Keep a file for the visitor's next message. Refused: an empty or too large one; too many."""
    if not content:
        raise Refused("This file is empty.")
    if len(content) > LARGEST:
        raise Refused(f"A file may have {LARGEST // 1024 // 1024} MB at most.")
    FILES_OF_A_VISITOR.count(str(visitor.pk))
    return Upload.objects.create(
        visitor=visitor,
        name=safe_name(name),
        media_type=media_type[:127],
        size=len(content),
        sha256=files.keep(content),
        picture=picture,
        warning=warning,
    )


def taken(visitor: Visitor, named: Sequence[str]) -> tuple[File, ...]:
    """The files of a message that is being sent; each goes with one. Belongs in its transaction, with the
    visitor locked. Refused: another visitor's, ones that were sent, too many."""
    if len(named) > MOST_AT_ONCE:
        raise Refused(f"Send {MOST_AT_ONCE} files at most with one message.")
    keys = list(dict.fromkeys(primary_key(each) for each in named))
    found = visitor.uploads.filter(pk__in=keys, sent_at=None).in_bulk()
    if len(found) != len(keys):
        raise Refused("A file has not come through: pick it once more.")
    visitor.uploads.filter(pk__in=keys).update(sent_at=clock.now())
    return tuple(_file(found[key]) for key in keys)


def forget(fact: TicketErased) -> None:
    """Files that were sent into a conversation which is erased for good go with it."""
    sent = Attachment.objects.filter(message__ticket=fact.ticket).values("sha256")
    theirs = Upload.objects.filter(visitor__visits__ticket=fact.ticket, sha256__in=sent)
    Upload.objects.filter(pk__in=theirs.values("pk")).delete()


def keep_uploads(fact: FilesLeft) -> None:
    """What a visitor has brought stays, whatever becomes of another conversation with the same file."""
    fact.stay(Upload.objects.all(), "sha256")


def safe_name(name: str) -> str:
    """The last part of a name as a person reads it, with its ending, and without what hides it."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(each for each in last if each.isprintable()).strip(" .")
    path = PurePosixPath(shown or NAMELESS)
    ending = path.suffix[:20]
    return path.name[: LONGEST_NAME - len(ending)].removesuffix(path.suffix) + ending


def _file(upload: Upload) -> File:
    return File(
        name=upload.name,
        media_type=upload.media_type,
        size=upload.size,
        sha256=upload.sha256,
        picture=upload.picture,
        warning=upload.warning,
    )
