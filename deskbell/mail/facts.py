"""What the mail room tells the rooms above."""

from __future__ import annotations

from dataclasses import dataclass, field

from deskbell.mail.inbound.mail import Mail
from deskbell.mail.models import OutboundMail, RawMail


@dataclass(frozen=True)
class MailMoved:
    """A mail that leaves the desk has another state: queued, sent, failed, or it will be tried again."""

    mail: OutboundMail


@dataclass(frozen=True)
class MailAddressed:
    """A mail came to an address of the desk with a door behind its plus: `support+alerts.1f3a@...`.

    Whoever has such a door and knows the token appends to `takers`; a mail that nobody takes is read
    like any other.
    """

    door: str
    token: str
    mail: Mail
    raw: RawMail
    takers: list[str] = field(default_factory=list)
