"""The nouns of what leaves: OutboundMail, whose rows are the work items; SupportAddress and SigningKey."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from deskbell.lib import clock
from deskbell.lib.sealing import opens
from deskbell.mail.models.ids import LONGEST_ID
from deskbell.people.models import Team
from deskbell.tickets.models import Category, Message, Ticket


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
        NEWS = "news", "News"  # what someone has subscribed to

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENT = "sent", "Sent"
        DELIVERED = "delivered", "Delivered"
        BOUNCED = "bounced", "Bounced"  # it left, and came back
        COMPLAINED = "complained", "Complained"  # its reader called it spam
        FAILED = "failed", "Failed"  # it never left

    kind = models.CharField(max_length=10, choices=Kind.choices)
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.CASCADE, related_name="mails")
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="mails")
    mail_id = models.CharField(max_length=LONGEST_ID)  # its Message-ID, made once
    from_name = models.CharField(max_length=200)
    to_name = models.CharField(max_length=200, blank=True)
    to_address = models.CharField(max_length=320)
    cc = ArrayField(models.TextField(), default=list)  # who follows the ticket, as all of them see
    recipient = models.CharField(max_length=320, default="")  # whom this copy is for
    sender = models.ForeignKey("SupportAddress", null=True, on_delete=models.SET_NULL)
    unsubscribe = models.TextField(default="")  # where one click ends a subscription
    logo = models.CharField(max_length=64, default="")  # the picture that the HTML names, by digest
    logo_type = models.CharField(max_length=20, default="")
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
    overtakes = models.BooleanField(default=False)  # the first page of an emergency waits for none
    sent_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)  # when it was delivered, bounced or complained of
    provider_id = models.CharField(max_length=255, default="")  # how the mail service names it

    thread: list[tuple[str, bool]] | None = None  # `look_up_threads` found it; not stored

    objects = OutboundMails.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state="queued"), name="outbound_due"
            ),
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state="queued") & ~Q(kind="news"),
                name="outbound_before_news",
            ),
            models.Index(
                fields=["id"], condition=Q(state="queued", kind="news"), name="outbound_news"
            ),
            models.Index(fields=["created_at"], condition=Q(kind="news"), name="outbound_old_news"),
            models.Index(
                fields=["recipient", "id"],
                condition=Q(state="queued", kind="news"),
                name="outbound_news_to",
            ),
            models.Index(
                fields=["id"],
                condition=Q(state="queued", overtakes=True),
                name="outbound_overtaking",
            ),
            models.Index(
                fields=["ticket", "recipient", "id"],
                condition=Q(state="queued"),
                name="outbound_of_ticket",
            ),
            models.Index(fields=["mail_id"], name="outbound_named"),
            models.Index(
                fields=["provider_id"], condition=~Q(provider_id=""), name="outbound_at_service"
            ),
            models.Index(
                fields=["to_address", "created_at"],
                condition=Q(kind="receipt"),
                name="outbound_receipts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}: {self.state}"

    @property
    def standing(self) -> str:
        """How far it has come, in a sentence for the team."""
        to, why = self.recipient, f": {self.error}" if self.error else ""
        match self.state:
            case self.State.SENT:
                return f"Sent to {to}{why}"
            case self.State.DELIVERED:
                return f"Delivered to {to}"
            case self.State.BOUNCED:
                return f"Came back from {to}{why}"
            case self.State.COMPLAINED:
                return f"Marked as spam by {to}"
            case self.State.FAILED:
                return f"Not sent to {to}{why}"
        return f"Will be sent again to {to}{why}" if self.attempts else f"On its way to {to}"


class SupportAddress(models.Model):
    """An address of the desk: mail to it opens tickets of its team and category, answers leave from it."""

    address = models.CharField(max_length=320, unique=True)  # in lower case
    name = models.CharField(max_length=100, blank=True)  # beside the address; empty: the desk's
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL)
    category = models.CharField(max_length=12, choices=Category.choices, default=Category.SUPPORT)
    signature = models.TextField(blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)
    tested_at = models.DateTimeField(null=True)  # when the last test mail was sent
    test_token = models.CharField(max_length=500, blank=True)  # that mail's Message-ID
    verified_at = models.DateTimeField(null=True)  # when a test mail came back to it

    def __str__(self) -> str:
        return self.address

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    @property
    def is_first(self) -> bool:
        """Is it the one that the settings name? It can't be retired."""
        return bool(self.address == settings.SUPPORT_ADDRESS)


class SigningKey(models.Model):
    """A DKIM key of one of the desk's domains. It signs once its public half was seen in the DNS."""

    class Algorithm(models.TextChoices):
        RSA = "rsa", "RSA"
        ED25519 = "ed25519", "Ed25519"

    domain = models.CharField(max_length=253)
    selector = models.CharField(max_length=63)
    algorithm = models.CharField(max_length=10, choices=Algorithm.choices)
    sealed = models.TextField()  # the private half, sealed with the desk's secret key
    public = models.TextField()  # base64, as the DNS record says it
    created_at = models.DateTimeField(default=clock.now)
    checked_at = models.DateTimeField(null=True)
    finding = models.TextField(blank=True)  # what the last check found amiss
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["domain", "selector"], name="one_key_of_a_selector")
        ]

    def __str__(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """What the TXT record at this name must say."""
        return f"v=DKIM1; k={self.algorithm}; p={self.public}"

    @property
    def is_locked(self) -> bool:
        """Was its private half sealed under another secret key? Then it can't sign any more."""
        return not opens(self.sealed)
