"""What the mail room tells the rooms above."""

from __future__ import annotations

from dataclasses import dataclass

from deskbell.mail.models import OutboundMail


@dataclass(frozen=True)
class MailMoved:
    """A mail that leaves the desk has another state: queued, sent, failed, or it will be tried again."""

    mail: OutboundMail
