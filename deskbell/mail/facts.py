"""What the mail room tells the rooms above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from deskbell.mail.inbound.mail import Mail
from deskbell.mail.models import OutboundMail, RawMail
from deskbell.people.models import Person


@dataclass(frozen=True)
class MailMoved:
    """A mail has another state: sent, failed, or it will be tried again. That one is queued is told of
    notices alone: a message is drawn with its mail."""

    mail: OutboundMail


@dataclass
class MailAddressed:
    """A mail came to an address of the desk with a door behind its plus: `support+alerts.1f3a@...`.

    Whoever has such a door and knows the token says what became of it in `taken`; else it goes the way
    of every mail.
    """

    door: str
    token: str
    mail: Mail
    raw: RawMail
    taken: str = field(default="")


@dataclass
class NoticeAnswered:
    """A person has answered a mail of the desk that belongs to no ticket, such as a page. Whoever knows
    that mail says what became of the answer in `taken`; else it goes the way of every mail."""

    ids: Sequence[str]  # of the mails that it answers, as they are stored
    sender: Person
    text: str
    taken: str = field(default="")
