"""What someone said, before it has become a message: the one form in which every door hands it in."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from deskbell.lib import clock, together
from deskbell.lib.rows import known
from deskbell.people.models import Person
from deskbell.tickets.models import Attachment, Channel, Message, Side, Ticket


@dataclass(frozen=True)
class File:
    """A file that is already in the file store under its digest."""

    name: str
    media_type: str
    size: int
    sha256: str
    content_id: str = ""
    picture: str = ""  # its type by its bytes, if it is a picture that a browser may draw
    warning: str = ""  # why it isn't what its name says

    @classmethod
    def of(cls, row: Any) -> File:
        """The file that a row of any model with these fields names."""
        return cls(**{each.name: getattr(row, each.name) for each in fields(cls)})


@dataclass(frozen=True)
class Words:
    """A text with all that came along. `html` must be sanitised; `received_at` is when it counts (K13).

    `held`: it was freed from quarantine, so a promise may be late already when the desk hears of it.
    """

    text: str
    html: str = ""
    quoted: str = ""
    door: Channel = Channel.MAIL
    received_at: datetime = field(default_factory=clock.now)
    automatic: bool = False
    through_list: bool = False  # a person's words, that came through a mailing list
    held: bool = False
    files: tuple[File, ...] = ()
    markdown: bool = False  # written in the desk's editor, whose signs mean something

    @property
    def say_nothing(self) -> bool:
        """Is there neither a text nor a file, which needs no words beside it?"""
        return not self.text.strip() and not self.files


def write_down(
    ticket: Ticket, words: Words, *, author: Person | None, side: Side, public: bool
) -> Message:
    """Store the words as a message of this (locked) ticket, with its attachments."""
    message = Message(
        ticket=ticket,
        author=author,
        side=side,
        public=public,
        automatic=words.automatic,
        door=words.door,
        text=words.text,
        markdown=words.markdown,
        quoted=words.quoted,
        html=words.html,
        received_at=words.received_at,
    )
    together.insert(message)
    files = [
        Attachment(
            message=message,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            sha256=file.sha256,
            content_id=file.content_id,
            picture=file.picture,
            warning=file.warning,
        )
        for file in words.files
    ]
    together.insert_all(files)
    known(message, "attachments", files)
    return message
