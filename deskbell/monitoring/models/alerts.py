"""What others report: sources with an address of their own, raw bodies, alerts, silences."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from deskbell.lib import clock
from deskbell.monitoring.models.watched import Component
from deskbell.people.models import Agent
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket


class Source(models.Model):
    """A monitoring system that sends alerts, with the secret part of its address here.

    The token is kept readable: the operator has to copy it into the sender's configuration. The last
    kinds have no door: they are the desk's own watching.
    """

    class Kind(models.TextChoices):
        ALERTMANAGER = "alertmanager", "Alertmanager"
        GRAFANA = "grafana", "Grafana"
        KUMA = "kuma", "Uptime Kuma"
        SNS = "sns", "Amazon SNS"
        PAGERDUTY = "pagerduty", "PagerDuty Events API"
        JSON = "json", "Any JSON"
        MAIL = "mail", "E-mail"
        CHECKS = "checks", "The desk's own checks"
        VENDORS = "vendors", "Vendors' status"
        DESK = "desk", "The desk itself"

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    token = models.CharField(max_length=64, unique=True)
    component = models.ForeignKey(Component, null=True, blank=True, on_delete=models.SET_NULL)
    impact = models.CharField(max_length=10, choices=Impact.choices, default=Impact.URGENT)
    settings = models.JSONField(default=dict)  # what its kind needs: a mapping, allowed topics ...
    sealed = models.TextField(blank=True)  # the secret with which its bodies are signed
    repeats_every = models.DurationField(null=True, blank=True)  # an open alert is told again
    speaks_every = models.DurationField(null=True, blank=True)  # silence for longer is an alert
    paused = models.BooleanField(default=False)
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
    headers = models.JSONField(default=dict)  # those that its kind reads: content type, signature
    is_test = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "bodies"
        indexes = [
            models.Index(
                fields=["source", "id"], condition=Q(state="waiting"), name="body_waiting"
            ),
            models.Index(fields=["source", "-id"], name="body_of_source"),
            models.Index(fields=["state", "-id"], name="body_by_state"),
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
        UNKNOWN = "unknown", "Unknown"
        INFO = "info", "For information"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="alerts")
    component = models.ForeignKey(
        Component, null=True, blank=True, on_delete=models.SET_NULL, related_name="alerts"
    )
    impact = models.CharField(max_length=10, choices=Impact.choices, default=Impact.URGENT)
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
    group = models.CharField(
        max_length=200, blank=True
    )  # alerts of one group share ticket and page
    stale_since = models.DateTimeField(null=True, blank=True)  # its source no longer repeats it
    silence = models.ForeignKey(
        "Silence", null=True, blank=True, on_delete=models.SET_NULL, related_name="alerts"
    )
    hidden_by = models.ForeignKey(  # the failure of which it is a symptom
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="hides"
    )
    address = models.URLField(max_length=1000, blank=True)  # where the source shows it
    is_drill = models.BooleanField(default=False)

    objects = Alerts.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "key"], condition=Q(state="open"), name="one_open_episode"
            )
        ]
        indexes = [
            models.Index(fields=["source", "key", "-id"], name="alert_by_key"),
            models.Index(fields=["component", "-id"], name="alert_of_component"),
            models.Index(fields=["-received_at", "-id"], name="alert_by_age"),
            models.Index(fields=["id"], condition=Q(state="open"), name="alert_open"),
            # Each filter of the list, the newest first.
            models.Index(fields=["state", "-id"], name="alert_by_state"),
            models.Index(fields=["impact", "-id"], name="alert_by_impact"),
            models.Index(fields=["source", "-id"], name="alert_by_source"),
            models.Index(fields=["-id"], condition=Q(silence__isnull=False), name="alert_silenced"),
            models.Index(fields=["-id"], condition=Q(hidden_by__isnull=False), name="alert_hidden"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def episode(self) -> str:
        """The episode's name in the events of its ticket (K6)."""
        return f"alert {self.pk}"


class Mention(models.Model):
    """A body spoke of an alert, and what that was: raised, renewed, ended, late, noted. It goes with
    its body when that is trimmed."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="mentions")
    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="mentions")
    what = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["alert", "-id"], name="mention_of_alert")]

    def __str__(self) -> str:
        return f"{self.what} at {self.at:%F %T}"


class Silence(models.Model):
    """Alerts that fit page nobody until its end; they are kept, and shown as silenced.

    `fits` is a list of `[label, "=" | "!=" | "~", value]`, of which all must hold; `source` and
    `component` narrow it further. It always has an end.
    """

    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.CASCADE)
    component = models.ForeignKey(Component, null=True, blank=True, on_delete=models.CASCADE)
    fits = models.JSONField(default=list)
    reason = models.CharField(max_length=300)
    starts_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()
    made_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL)
    ended_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="silence_by_end")]

    def __str__(self) -> str:
        return self.reason
