"""The noun of the threads: MailId."""

from __future__ import annotations

import hashlib

from django.db import models

from deskbell.tickets.models import Message, Ticket

LONGEST_ID = 500
LONG_ID = "@long.invalid>"  # how the digest of a longer one ends


class MailIds(models.QuerySet["MailId"]):
    """Finds mails by the name that their sender gave them."""

    def named(self, *message_ids: str) -> MailIds:
        """The mails with one of these Message-IDs."""
        return self.filter(value__in=[stored_id(each) for each in message_ids])


class MailId(models.Model):
    """The Message-ID of a mail that the desk has received or sent, and the ticket it belongs to.

    A receipt has no message, a notice to an agent has no ticket either.
    """

    value = models.CharField(max_length=LONGEST_ID)
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.CASCADE, related_name="mail_ids")
    message = models.ForeignKey(
        Message, null=True, on_delete=models.CASCADE, related_name="mail_ids"
    )
    ours = models.BooleanField()
    notice_of = models.ForeignKey(  # the ticket of which a notice told an agent
        Ticket, null=True, on_delete=models.CASCADE, related_name="+"
    )

    objects = MailIds.as_manager()

    class Meta:
        indexes = [models.Index(fields=["value"], name="mailid_value")]

    def __str__(self) -> str:
        return self.value


def stored_id(message_id: str) -> str:
    """A Message-ID as it is kept: as it is, or a digest of one that no index could hold."""
    if len(message_id) <= LONGEST_ID // 4:
        return message_id
    return f"<{hashlib.sha256(message_id.encode(errors='replace')).hexdigest()}{LONG_ID}"
