"""What the mail room lets go of when a ticket is erased for good: the mails by which its words came.

What left for it goes with the ticket by itself, as do the names by which mails are threaded.
"""

from __future__ import annotations

from deskbell.mail.models import Branding, MailId, OutboundMail, RawMail
from deskbell.tickets.aside.erasing import FilesLeft, TicketErased


def forget(fact: TicketErased) -> None:
    """Remove the raw mails of its messages, and the notices about it that lie in the queue or were sent."""
    RawMail.objects.filter(message__ticket=fact.ticket).delete()
    notices = MailId.objects.filter(notice_of=fact.ticket, ticket=None)
    OutboundMail.objects.filter(mail_id__in=notices.values("value")).delete()


def keep_logos(fact: FilesLeft) -> None:
    """A picture that stands in a district's mails is still in use."""
    fact.stay(Branding.objects.all(), "logo")
