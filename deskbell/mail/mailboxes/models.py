"""The noun of the mailboxes: Mailbox, with what its reader remembers."""

from __future__ import annotations

from django.db import models

from deskbell.lib import clock


class Mailbox(models.Model):
    """A mailbox somewhere, read by IMAP. What opens it is sealed: see `lib/sealing.py`."""

    class Security(models.TextChoices):
        TLS = "tls", "TLS (usually port 993)"
        STARTTLS = "starttls", "STARTTLS (usually port 143)"
        NONE = "none", "None (on this machine only)"

    class SignIn(models.TextChoices):
        PASSWORD = "password", "Password"
        GOOGLE = "google", "Google (OAuth2)"
        MICROSOFT = "microsoft", "Microsoft 365 (OAuth2)"

    class Standing(models.TextChoices):
        NEW = "new", "Not looked at yet"
        WELL = "well", "Connected"
        FAILING = "failing", "Failing"
        OFF = "off", "Switched off"

    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=10, choices=Security.choices, default=Security.TLS)
    user = models.CharField(max_length=320)
    folder = models.CharField(max_length=200, default="INBOX")
    sign_in = models.CharField(max_length=10, choices=SignIn.choices, default=SignIn.PASSWORD)
    password = models.TextField(blank=True)  # sealed
    client_id = models.CharField(max_length=300, blank=True)
    client_secret = models.TextField(blank=True)  # sealed
    tenant = models.CharField(max_length=100, blank=True)  # of Microsoft 365; empty: any
    refresh_token = models.TextField(blank=True)  # sealed
    active = models.BooleanField(default=True)
    changed_at = models.DateTimeField(default=clock.now)  # by a person: its reader begins anew
    # What its reader remembers. A mail is read once: by its number, as long as the server keeps numbers.
    numbering = models.BigIntegerField(null=True)  # UIDVALIDITY
    last_number = models.BigIntegerField(default=0)  # the UID up to which all is stored
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.NEW)
    problem = models.TextField(blank=True)
    standing_since = models.DateTimeField(default=clock.now)
    looked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "mailboxes"
        constraints = [
            models.UniqueConstraint(fields=["host", "user", "folder"], name="one_mailbox_of_a_name")
        ]

    def __str__(self) -> str:
        return self.user
