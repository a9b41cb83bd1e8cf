"""The nouns of the monitoring room: Source, Body, Alert."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from deskbell.lib import clock
from deskbell.tickets.models import Ticket


class Source(models.Model):
    """A monitoring system that sends alerts, with the secret part of its address here.

    The token is kept readable: the operator has to copy it into the sender's configuration.
    """

    class Kind(models.TextChoices):
        ALERTMANAGER = "alertmanager", "Alertmanager"

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    token = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name


class Body(models.Model):
    """What a source sent, byte by byte, stored before it was answered. The row is the work item."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        TAKEN = "taken", "Taken"
        QUARANTINED = "quarantined", "In quarantine"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="bodies")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)  # of the content that is kept
    size = models.PositiveBigIntegerField()  # as it was sent; more than is kept if it was too large
    received_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    taken_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=500, blank=True)  # what became of it, for people

    class Meta:
        verbose_name_plural = "bodies"
        indexes = [
            models.Index(fields=["id"], condition=Q(state="waiting"), name="body_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.size} bytes from {self.source}"

    @property
    def is_cut(self) -> bool:
        return self.size > len(self.content)


class Alerts(models.QuerySet["Alert"]):
    """Questions about many alerts."""

    def open(self) -> Alerts:
        return self.filter(state=Alert.State.OPEN)


class Alert(models.Model):
    """One episode of something being wrong, by the words and the times of its source."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        RESOLVED = "resolved", "Resolved"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="alerts")
    key = models.CharField(max_length=200)  # by which the source knows it again
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    severity = models.CharField(max_length=50, blank=True)
    title = models.CharField(max_length=500)
    labels = models.JSONField(default=dict)
    started_at = models.DateTimeField()  # the sender's time, as are the ends
    ended_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()  # when the desk heard of it first
    last_seen_at = models.DateTimeField()
    body = models.ForeignKey(Body, null=True, on_delete=models.SET_NULL, related_name="alerts")
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.SET_NULL, related_name="alerts")

    objects = Alerts.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "key"], condition=Q(state="open"), name="one_open_episode"
            )
        ]
        indexes = [models.Index(fields=["source", "key", "-id"], name="alert_by_key")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def episode(self) -> str:
        """The episode's name in the events of its ticket (K6)."""
        return f"alert {self.pk}"
