"""The nouns of the mail room: RawMail, MailId, OutboundMail. Their rows are the work items.

The doors that are set up in the screen have theirs in `mailboxes/` and `webhooks/`.
"""

from __future__ import annotations

import hashlib

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Now

from deskbell.lib import clock
from deskbell.mail.mailboxes.models import Mailbox
from deskbell.mail.webhooks.models import Webhook
from deskbell.people.models import Person
from deskbell.tickets.models import Message, Ticket

__all__ = ["MailId", "Mailbox", "OutboundMail", "RawMail", "Trust", "Webhook", "stored_id"]

LONGEST_ID = 500


class Trust(models.TextChoices):
    """Is a mail from whom it says? By SPF, DKIM, DMARC and ARC, or by a server that we trust."""

    PROVED = "proved", "Proved"
    UNPROVED = "unproved", "Not proved"  # nothing speaks for it and nothing against it
    FAILED = "failed", "Fails"  # its domain says that its mails are signed, and this one is not


class RawMails(models.QuerySet["RawMail"]):
    """Questions about many mails that came in."""

    def waiting(self) -> RawMails:
        """Those that nobody has understood yet, in the order in which they came."""
        return self.filter(state=RawMail.State.NEW).order_by("id")

    def quarantined(self) -> RawMails:
        """Those that were set aside, the newest first."""
        return self.filter(state=RawMail.State.QUARANTINED).order_by("-id")

    def discarded(self) -> RawMails:
        """Those that someone has looked at and does not want, the newest first."""
        return self.filter(state=RawMail.State.DISCARDED).order_by("-id")

    def set_aside_count(self) -> int:
        """How many wait in the quarantine; stops counting at a hundred."""
        return len(self.quarantined().values_list("pk", flat=True)[:100])

    def without_bytes(self) -> RawMails:
        """For lists: the bytes may be many megabytes each."""
        return self.defer("raw")


class RawMail(models.Model):
    """A mail exactly as it came, and what the desk made of it. The doors insert it, without Django,
    before they say `250` or mark it as seen; so every other column has a default in the database."""

    class State(models.TextChoices):
        NEW = "new", "New"
        TAKEN = "taken", "Taken"
        IGNORED = "ignored", "Ignored"  # understood, and nothing to be done: `reason` says why
        QUARANTINED = "quarantined", "Quarantined"
        DISCARDED = "discarded", "Discarded"  # someone looked at it in the quarantine

    class Danger(models.TextChoices):
        """Why it was set aside."""

        UNREADABLE = "unreadable", "Can’t be read"
        PRETENDED = "pretended", "Pretends to be someone"
        INFECTED = "infected", "Infected"

    raw = models.BinaryField()
    identity = models.BinaryField()  # equal for the same mail sent again: see door/identity.py
    has_message_id = models.BooleanField()
    door = models.CharField(max_length=10, db_default="smtp")  # smtp, lmtp, imap, webhook, pipe
    sender = models.TextField()  # of the envelope; empty is the null return path
    recipients = ArrayField(models.TextField())
    peer = models.TextField()
    helo = models.TextField(db_default="")
    received_at = models.DateTimeField(db_default=Now())  # when its message counts (K13)
    state = models.CharField(max_length=12, choices=State.choices, db_default=State.NEW)
    reason = models.TextField(db_default="")
    attempts = models.PositiveSmallIntegerField(db_default=0)
    next_attempt_at = models.DateTimeField(null=True)
    author = models.TextField(
        db_default=""
    )  # whom its From names; from here on, what reading found
    subject = models.TextField(db_default="")
    automatic = models.CharField(max_length=20, db_default="")  # "bounce" ...
    warnings = ArrayField(models.TextField(), db_default=Value([], ArrayField(models.TextField())))
    trust = models.CharField(max_length=10, choices=Trust.choices, db_default="")
    proof = models.TextField(db_default="")  # why that trust, in a sentence
    danger = models.CharField(max_length=12, choices=Danger.choices, db_default="")
    set_aside_at = models.DateTimeField(null=True)  # if ever: its message is then *held* (K13)
    released_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    beside = (
        models.ForeignKey(  # the ticket that its subject names, to which its sender doesn't belong
            Ticket, null=True, on_delete=models.SET_NULL, related_name="+"
        )
    )
    message = models.ForeignKey(
        Message, null=True, on_delete=models.SET_NULL, related_name="arrivals"
    )

    objects = RawMails.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["identity"], name="rawmail_identity"),
            models.Index(fields=["id"], condition=Q(state="new"), name="rawmail_waiting"),
            models.Index(
                fields=["id"], condition=Q(state="quarantined"), name="rawmail_quarantined"
            ),
            models.Index(fields=["-id"], condition=Q(state="discarded"), name="rawmail_discarded"),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk} from {self.sender or 'nobody'}: {self.state}"

    def save_findings(self) -> None:
        """Save all but the bytes, which nothing changes."""
        names = [f.name for f in self._meta.fields if f.name not in {"id", "raw", "received_at"}]
        self.save(update_fields=names)

    @property
    def was_released(self) -> bool:
        """Has someone of the team looked at it and let it in?"""
        return self.released_by_id is not None


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
