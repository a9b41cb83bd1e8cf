"""The desk's own checks and heartbeats, what they found, and how long it took."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from deskbell.lib import clock
from deskbell.monitoring.models.watched import Component


class Check(models.Model):
    """A question asked of a component again and again; a heartbeat is one that the other side answers.

    `asks` is what its kind needs (an address, a port, what to expect), plain JSON that its kind's form
    has checked; secrets in `sealed`. `next_at` is an instant; a due check is leased by one process.
    """

    class Kind(models.TextChoices):
        HTTP = "http", "HTTP"
        TCP = "tcp", "TCP"
        DNS = "dns", "DNS"
        ICMP = "icmp", "Ping (ICMP)"
        SMTP = "smtp", "SMTP"
        IMAP = "imap", "Mail round trip"
        STEPS = "steps", "HTTP steps"
        HEARTBEAT = "heartbeat", "Heartbeat"

    class State(models.TextChoices):
        NEW = "new", "No verdict yet"
        UP = "up", "Up"
        DOWN = "down", "Down"
        UNKNOWN = "unknown", "Unknown"  # the desk itself could not ask (the “is it me?” gate)
        PAUSED = "paused", "Paused"

    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="checks")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    asks = models.JSONField(default=dict)
    sealed = models.TextField(blank=True)
    every = models.PositiveIntegerField(default=60)  # seconds; a heartbeat's period
    timeout = models.PositiveIntegerField(default=10)  # seconds; a heartbeat's grace
    retries = models.PositiveSmallIntegerField(default=1)  # failures in a row beyond the first
    token = models.UUIDField(default=uuid.uuid4, unique=True)  # of a heartbeat's address
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    state_since = models.DateTimeField(default=clock.now)
    failures = models.PositiveIntegerField(default=0)  # in a row
    failing_since = models.DateTimeField(null=True, blank=True)  # of the first of them
    successes = models.PositiveIntegerField(default=0)  # in a row, since it was last down
    warning = models.CharField(max_length=300, blank=True)  # it is up, and will not be for long
    is_flapping = models.BooleanField(default=False)
    last_at = models.DateTimeField(null=True, blank=True)  # of the last verdict, or ping
    last_ms = models.FloatField(null=True, blank=True)
    last_said = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)  # a heartbeat's /start, not yet ended
    next_at = models.DateTimeField(default=clock.now)  # a heartbeat: when its grace is over
    leased_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["component", "name"], name="one_check_of_a_name")
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=~Q(kind="heartbeat") & ~Q(state="paused"),
                name="check_due",
            ),
            models.Index(
                fields=["next_at"],
                condition=Q(kind="heartbeat") & ~Q(state="paused"),
                name="heartbeat_overdue",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CheckChange(models.Model):
    """A check came into a state, and what it saw."""

    of = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="changes")
    state = models.CharField(max_length=10, choices=Check.State.choices)
    at = models.DateTimeField(default=clock.now)
    said = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["of", "-at"], name="change_of_check")]

    def __str__(self) -> str:
        return f"{self.of} {self.state} at {self.at:%F %T}"


class Timing(models.Model):
    """The verdicts of a check in one span, rolled up: minutes for days, hours for months, days for ever."""

    class Span(models.TextChoices):
        MINUTE = "minute", "minute"
        HOUR = "hour", "hour"
        DAY = "day", "day"

    of = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="timings")
    span = models.CharField(max_length=6, choices=Span.choices)
    at = models.DateTimeField()  # the span's first instant, UTC
    verdicts = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    minutes = models.PositiveIntegerField(default=0)  # of the span, those with a verdict
    total_ms = models.FloatField(default=0)
    least_ms = models.FloatField(default=0)
    most_ms = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["of", "span", "at"], name="one_timing_of_a_span")
        ]
        indexes = [models.Index(fields=["span", "at"], name="timing_by_age")]

    def __str__(self) -> str:
        return f"{self.of}, the {self.span} of {self.at:%F %T}"


class Ping(models.Model):
    """What a heartbeat's sender said, with the first 10 kB of its body."""

    class Kind(models.TextChoices):
        SUCCESS = "success", "Success"
        START = "start", "Start"
        FAIL = "fail", "Failure"
        LOG = "log", "Log"

    of = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="pings")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField(default=clock.now)
    exit_status = models.PositiveSmallIntegerField(null=True)
    run = models.UUIDField(null=True)  # ?rid=
    took = models.DurationField(null=True)  # since the start of the same run
    machine = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    body = models.BinaryField(default=bytes)

    class Meta:
        indexes = [models.Index(fields=["of", "-id"], name="ping_of_check")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.of}"
