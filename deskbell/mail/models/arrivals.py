"""The nouns of what came in: RawMail, whose rows are the work items, and Trust."""

from __future__ import annotations

import io

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Lower, Now, Substr

from deskbell.lib import together
from deskbell.mail.webhooks.models import MailInS3
from deskbell.people.models import Person
from deskbell.people.owners import owners
from deskbell.tickets.models import Message, Ticket

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

    def for_all(self) -> RawMails:
        """What the whole team may look at: not what owners of districts wrote, which may be about billing."""
        of_owners = owners().exclude(person__email=None).values("person__email")
        return self.annotate(writer=Lower("author")).exclude(writer__in=of_owners)

    def set_aside_count(self) -> int:
        """How many wait in the quarantine, and in S3 for someone; stops counting at a hundred. For what a
        blocked sender writes nobody waits."""
        in_s3 = MailInS3.objects.set_aside().order_by().values_list("pk", flat=True)
        wanted = self.quarantined().exclude(danger=RawMail.Danger.BLOCKED)
        here = wanted.order_by().values_list("pk", flat=True)
        return len(here.union(in_s3, all=True)[:100])

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
        BLOCKED = "blocked", "Blocked sender"

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
