"""The nouns of the webhooks: Webhook, one for each mail service; MailInS3, of which one only told."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from deskbell.lib import clock


class Webhook(models.Model):
    """The secret address to which one mail service brings what it has received."""

    service = models.CharField(max_length=20, unique=True)
    token = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)  # of the last delivery, if it could not be understood

    def __str__(self) -> str:
        return self.service


class MailsInS3(models.QuerySet["MailInS3"]):
    """Questions about many of them."""

    def due(self) -> MailsInS3:
        """Those that wait to be fetched, or whose fetcher has died, the oldest first."""
        return self.filter(state="waiting", next_attempt_at__lte=clock.now()).order_by("id")

    def set_aside(self) -> MailsInS3:
        """Those that could not be fetched, the newest first."""
        return self.filter(state="set_aside").order_by("-id")

    def discarded(self) -> MailsInS3:
        """Those that someone does not want, the newest first."""
        return self.filter(state="discarded").order_by("-id")


class MailInS3(models.Model):
    """A mail of which Amazon SES has told, and that lies in S3. The row is committed before Amazon hears that
    it was told: Amazon tells for a minute, and the desk fetches for as long as it takes."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waits"
        FETCHED = "fetched", "Fetched"
        SET_ASIDE = "set_aside", "Set aside"  # `problem` says why
        DISCARDED = "discarded", "Discarded"

    bucket = models.CharField(max_length=63)
    key = models.CharField(max_length=1024)
    sender = models.TextField()  # of the envelope; empty is the null return path
    recipients = ArrayField(models.TextField())
    author = models.TextField(blank=True)  # whom its From names, for the list
    subject = models.TextField(blank=True)
    received_at = models.DateTimeField(default=clock.now)  # by Amazon
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=clock.now)
    problem = models.TextField(blank=True)

    objects = MailsInS3.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bucket", "key"], name="one_mail_of_a_key")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state="waiting"), name="in_s3_due"
            ),
            models.Index(
                fields=["-id"],
                condition=Q(state__in=["set_aside", "discarded"]),
                name="in_s3_set_aside",
            ),
        ]

    def __str__(self) -> str:
        return f"mail {self.bucket}/{self.key}: {self.state}"
