"""The nouns of the mail room: RawMail, MailId, OutboundMail, whose rows are the work items; SupportAddress,
SigningKey, Wording, Branding, which say how mail leaves.

The doors that are set up in the screen have theirs in `mailboxes/` and `webhooks/`.
"""

from __future__ import annotations

from deskbell.mail.mailboxes.models import Mailbox
from deskbell.mail.models.arrivals import RawMail, Trust
from deskbell.mail.models.blocked import BlockedSender
from deskbell.mail.models.ids import LONG_ID, MailId, stored_id
from deskbell.mail.models.leaving import OutboundMail, OutboundMails, SigningKey, SupportAddress
from deskbell.mail.models.looks import Branding, Silence, Wording
from deskbell.mail.webhooks.models import MailInS3, Webhook

__all__ = [
    "LONG_ID",
    "BlockedSender",
    "Branding",
    "MailId",
    "MailInS3",
    "Mailbox",
    "OutboundMail",
    "OutboundMails",
    "RawMail",
    "SigningKey",
    "Silence",
    "SupportAddress",
    "Trust",
    "Webhook",
    "Wording",
    "stored_id",
]
