"""The nouns of the mail room: RawMail, MailId, OutboundMail, whose rows are the work items;
SupportAddress, SigningKey, Wording, Branding, which say how mail leaves.

The doors that are set up in the screen have theirs in `mailboxes/` and `webhooks/`.
"""

from __future__ import annotations

import hashlib
import io

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Now, Substr

from deskbell.lib import clock, together
from deskbell.lib.sealing import opens
from deskbell.mail.mailboxes.models import Mailbox
from deskbell.mail.webhooks.models import Webhook
from deskbell.people.models import Agent, District, Person, Team
from deskbell.tickets.models import Category, Message, Ticket

__all__ = [
    "Branding",
    "MailId",
    "Mailbox",
    "OutboundMail",
    "RawMail",
    "SigningKey",
    "Silence",
    "SupportAddress",
    "Trust",
    "Webhook",
    "Wording",
    "stored_id",
]

LONGEST_ID = 500
FINDINGS = (
    "state",
    "reason",
    "next_attempt_at",
    "author",
    "subject",
    "automatic",
    "warnings",
    "trust",
    "proof",
    "danger",
    "set_aside_at",
    "beside",
    "message",
)
PIECE = 1024 * 1024  # bytes of a mail that are fetched at once
LONG_ID = "@long.invalid>"  # how the digest of a longer one ends


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

    def in_pieces(self) -> RawMails:
        """With the first piece of the bytes; `fetch_bytes` brings the others, if there are any."""
        return self.without_bytes().annotate(
            size=Func("raw", function="octet_length", output_field=models.BigIntegerField()),
            beginning=_piece(1),
        )


def _piece(at: int) -> Substr:
    return Substr("raw", at, PIECE, output_field=models.BinaryField())


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

    is_unaligned = False  # it was just looked into, and nothing proves its From; not stored

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

    def fetch_bytes(self) -> None:
        """Bring the whole mail of a row that came `in_pieces`. PostgreSQL sends bytes as twice as much text,
        and the driver keeps a buffer as large as the largest answer: 25 MB at once would be 140."""
        whole = io.BytesIO()
        whole.write(self.beginning)  # type: ignore[attr-defined]
        while whole.tell() < self.size:  # type: ignore[attr-defined]
            rest = RawMail.objects.filter(pk=self.pk)
            whole.write(rest.values_list(_piece(whole.tell() + 1), flat=True).get())
        self.raw = whole.getvalue()

    def save_findings(self) -> None:
        """Save what reading and taking it may have changed."""
        together.save(self, FINDINGS)

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
    return f"<{hashlib.sha256(message_id.encode(errors='replace')).hexdigest()}{LONG_ID}"


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

    objects = OutboundMails.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state="queued"), name="outbound_due"
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


class Wording(models.Model):
    """One version of a template, for the whole desk or for one address. The newest holds; an empty
    one gives the template back to what the desk brings along."""

    class Kind(models.TextChoices):
        REPLY = "reply", "Reply"
        RECEIPT = "receipt", "Receipt"
        NOTICE = "notice", "Notice to an agent"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    address = models.ForeignKey(SupportAddress, null=True, on_delete=models.CASCADE)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["kind", "address", "-id"], name="wording_newest")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.created_at:%F %T}"

    @property
    def is_the_desks_own(self) -> bool:
        """Does it give the template back to what the desk brings along?"""
        return not self.text and not self.html


class Branding(models.Model):
    """How a district's mails look; the one without a district is the desk's own, and everyone's default."""

    district = models.OneToOneField(District, null=True, on_delete=models.CASCADE)
    name = models.CharField(max_length=100, blank=True)  # the line beside the logo
    color = models.CharField(max_length=7, blank=True)  # #rrggbb
    logo = models.CharField(max_length=64, blank=True)  # its digest in the file store
    logo_type = models.CharField(max_length=20, blank=True)
    logo_width = models.PositiveIntegerField(default=0)
    logo_height = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district"], nulls_distinct=False, name="one_branding_of_a_district"
            )
        ]

    def __str__(self) -> str:
        return f"branding of {self.district or 'the desk'}"


class Silence(models.Model):
    """An agent doesn't want this kind of notice by mail."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="silences")
    topic = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "topic"], name="one_silence_of_a_topic")
        ]

    def __str__(self) -> str:
        return f"{self.agent} wants no mail about {self.topic}"
