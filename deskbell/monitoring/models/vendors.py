"""Vendors whose status the desk reads, and what they say of their own troubles."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from deskbell.lib import clock
from deskbell.monitoring.models.watched import Component
from deskbell.people.models import Agent


class Vendor(models.Model):
    """A vendor's feed. A poll that fails leaves it unknown, and never operational."""

    class Feed(models.TextChoices):
        STATUSPAGE = "statuspage", "Statuspage"
        GOOGLE = "google", "Google Cloud or Workspace"
        RSS = "rss", "RSS or Atom"

    name = models.CharField(max_length=100, unique=True)
    feed = models.CharField(max_length=10, choices=Feed.choices)
    address = models.URLField(max_length=500)
    homepage = models.URLField(max_length=500, blank=True)
    # Which of the vendor's own components (by name or id) is which of ours; the "" stands for the rest.
    concerns = models.JSONField(default=dict)
    components = models.ManyToManyField(Component, blank=True, related_name="vendors")
    every = models.PositiveIntegerField(default=60)  # seconds, a minute at least
    next_at = models.DateTimeField(default=clock.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    etag = models.CharField(max_length=300, blank=True)
    modified = models.CharField(max_length=100, blank=True)
    last_at = models.DateTimeField(null=True, blank=True)  # of the last poll that was understood
    failing_since = models.DateTimeField(null=True, blank=True)
    failing_why = models.CharField(max_length=300, blank=True)
    # The vendor's own components as they were read last: `[{id, name, state}]`, states as ours.
    parts = models.JSONField(default=list)
    paused = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["next_at"], condition=Q(paused=False), name="vendor_due")]

    def __str__(self) -> str:
        return self.name

    @property
    def speaks_by_incidents(self) -> bool:
        """Its feed lists no components: no open incident means that nothing is wrong."""
        return self.feed != self.Feed.STATUSPAGE


class VendorIncident(models.Model):
    """Trouble that a vendor has told about; `updates` is a list of `{at, state, text}`, newest first."""

    vendor = models.ForeignKey(Vendor, on_delete=models.CASCADE, related_name="incidents")
    key = models.CharField(max_length=300)
    title = models.CharField(max_length=500)
    state = models.CharField(max_length=50, blank=True)  # in the vendor's words
    impact = models.CharField(max_length=50, blank=True)
    # What it means for our components, in our words; empty: for information, a person decides.
    gravity = models.CharField(max_length=15, choices=Component.State.choices, blank=True)
    decided_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    address = models.URLField(max_length=500, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    updates = models.JSONField(default=list)
    components = models.ManyToManyField(Component, blank=True, related_name="vendor_incidents")
    seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vendor", "key"], name="one_incident_of_a_key")
        ]
        indexes = [models.Index(fields=["vendor", "-started_at"], name="incident_of_vendor")]

    def __str__(self) -> str:
        return self.title
