"""The nouns of how mails read and look, and of who wants none: Wording, Branding, Silence."""

from __future__ import annotations

from django.db import models

from deskbell.lib import clock
from deskbell.mail.models.leaving import SupportAddress
from deskbell.people.models import Agent, District, Person


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
