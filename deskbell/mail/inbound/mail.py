"""A mail as the desk understands it: what `reading.read` returns. Nothing here asks a database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class Automatic(StrEnum):
    """What kind of machine wrote it."""

    AUTO_REPLY = "auto_reply"
    OUT_OF_OFFICE = "out_of_office"
    BOUNCE = "bounce"
    LIST = "list"


@dataclass(frozen=True)
class Address:
    """Someone's name and address; the address is as it was written, or empty."""

    name: str
    address: str


@dataclass(frozen=True)
class Bounce:
    """Which address could not be reached, and whether that will stay so."""

    address: str
    permanent: bool


@dataclass(frozen=True)
class Attachment:
    """A file in a mail. `inline` ones are shown in the HTML under their `content_id`."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    inline: bool = False
    content_id: str = ""

    def shown(self) -> Attachment:
        """The same, shown in the HTML."""
        return replace(self, inline=True)

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Mail:
    """What a mail says. Texts have no control characters, `html` is sanitised, ids have their <>."""

    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    subject: str
    date: datetime | None
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    visible_text: str
    quoted_text: str
    signature: str
    html: str
    attachments: tuple[Attachment, ...]
    automatic: Automatic | None
    bounce: Bounce | None
    delivered: tuple[str, ...]  # the addresses that a report of success names
    about: tuple[str, ...]  # the Message-IDs of the mails that a bounce brings back
    warnings: tuple[str, ...]
