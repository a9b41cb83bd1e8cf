"""The nouns of the mail room: RawMail, MailId, OutboundMail. Their rows are the work items."""

from __future__ import annotations

import hashlib

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from deskbell.lib import clock
from deskbell.tickets.models import Message, Ticket

LONGEST_ID = 500


class RawMails(models.QuerySet["RawMail"]):
    """Questions about many mails that came in."""

    def waiting(self) -> RawMails:
        """Those that nobody has understood yet, in the order in which they came."""
        return self.filter(state=RawMail.State.NEW).order_by("id")

    def quarantined(self) -> RawMails:
        """Those that the desk could not understand, the newest first."""
        return self.filter(state=RawMail.State.QUARANTINED).order_by("-id")


class RawMail(models.Model):
    """A mail exactly as it came. The SMTP door inserts it, without Django, before it says `250`."""

    class State(models.TextChoices):
        NEW = "new", "New"
        TAKEN = "taken", "Taken"
        IGNORED = "ignored", "Ignored"  # understood, and nothing to be done: `reason` says why
        QUARANTINED = "quarantined", "Quarantined"

    raw = models.BinaryField()
    identity = models.BinaryField()  # equal for the same mail sent again: see door/identity.py
    has_message_id = models.BooleanField()
    sender = models.TextField()  # of the envelope; empty is the null return path
    recipients = ArrayField(models.TextField())
    peer = models.TextField()
    received_at = models.DateTimeField(db_default=Now())  # when its message counts (K13)
    state = models.CharField(max_length=12, choices=State.choices, db_default=State.NEW)
    reason = models.TextField(db_default="")
    attempts = models.PositiveSmallIntegerField(db_default=0)
    next_attempt_at = models.DateTimeField(null=True)
    automatic = models.CharField(max_length=20, db_default="")  # what reading found: "bounce" ...
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = RawMails.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["identity"], name="rawmail_identity"),
            models.Index(fields=["id"], condition=Q(state="new"), name="rawmail_waiting"),
            models.Index(
                fields=["id"], condition=Q(state="quarantined"), name="rawmail_quarantined"
            ),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk} from {self.sender or 'nobody'}: {self.state}"


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

    objects = MailIds.as_manager()

    class Meta:
        indexes = [models.Index(fields=["value"], name="mailid_value")]

    def __str__(self) -> str:
        return self.value


def stored_id(message_id: str) -> str:
    """A Message-ID as it is kept: as it is, or a digest of one that no index could hold."""
    if len(message_id) <= LONGEST_ID // 4:
        return message_id
    return f"<{hashlib.sha256(message_id.encode(errors='replace')).hexdigest()}@long.invalid>"


class OutboundMails(models.QuerySet["OutboundMail"]):
    """Questions about many mails that leave the desk."""

    def of_messages(self, messages: models.QuerySet[Message]) -> OutboundMails:
        """The mails that carry these messages to the customer, for the state shown beside each."""
        return self.filter(message__in=messages).order_by("id")


class OutboundMail(models.Model):
    """A mail that leaves the desk. Composed from these fields each time it is sent, under one Message-ID."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", "Receipt"
        REPLY = "reply", "Reply"
        NOTICE = "notice", "Notice"

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.CASCADE, related_name="mails")
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="mails")
    mail_id = models.CharField(max_length=LONGEST_ID)  # its Message-ID, made once
    from_name = models.CharField(max_length=200)
    to_name = models.CharField(max_length=200, blank=True)
    to_address = models.CharField(max_length=320)
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField(default=clock.now)
    next_attempt_at = models.DateTimeField(default=clock.now)
    leased_until = models.DateTimeField(null=True)  # a sender has it in hand until then
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(default="")
    permanent = models.BooleanField(
        default=False
    )  # it failed in a way that trying again won't cure
    sent_at = models.DateTimeField(null=True)

    objects = OutboundMails.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state="queued"), name="outbound_due"
            ),
            models.Index(
                fields=["ticket", "id"], condition=Q(state="queued"), name="outbound_of_ticket"
            ),
            models.Index(
                fields=["to_address", "created_at"],
                condition=Q(kind="receipt"),
                name="outbound_receipts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to_address}: {self.state}"
