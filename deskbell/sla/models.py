"""The nouns of the sla room: PolicyVersion, Standing, Clock. All but the first are derived."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import F, Q

from deskbell.lib import clock
from deskbell.people.models import Person
from deskbell.tickets.models import Ticket


class PolicyVersion(models.Model):
    """A policy as it was promised at one time: targets, coverages and holidays, frozen (K9)."""

    name = models.CharField(max_length=100)
    number = models.PositiveIntegerField()
    document = models.JSONField()  # the form of sla.core.Policy.from_document
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["name", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["name", "number"], name="one_version_of_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"


class Standing(models.Model):
    """Where a ticket stands: the policy version it was opened under, and its next due instant."""

    ticket = models.OneToOneField(Ticket, primary_key=True, on_delete=models.CASCADE)
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT)
    next_due_at = models.DateTimeField(null=True)
    next_metric = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [
            models.Index(
                F("next_due_at").asc(nulls_last=True), F("ticket"), name="standing_by_next_due"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id} under {self.version}"


class Clocks(models.QuerySet["Clock"]):
    """Questions about many clocks."""

    def unstopped(self) -> Clocks:
        """Those that someone still has to stop: running, and breached but not yet answered."""
        return self.filter(stopped_at=None).exclude(outcome=Clock.Outcome.CANCELLED)

    def of(self, tickets: Iterable[Ticket]) -> Clocks:
        """The clocks of these tickets, the next due first."""
        return self.filter(ticket__in=tickets).order_by(F("due_at").asc(nulls_last=True), "id")


class Clock(models.Model):
    """One promise on one ticket. Derived from the ticket's events, and from nothing else (K12)."""

    class Metric(models.TextChoices):
        FIRST_REPLY = "first_reply", "First reply"
        NEXT_REPLY = "next_reply", "Next reply"
        PERIODIC_UPDATE = "periodic_update", "Update"
        RESOLUTION = "resolution", "Resolution"
        ACKNOWLEDGE = "acknowledge", "Acknowledge"
        TAKE_OVER = "take_over", "Take over"

    class Outcome(models.TextChoices):
        RUNNING = "running", "Running"
        MET = "met", "Met"
        BREACHED = "breached", "Breached"
        CANCELLED = "cancelled", "Cancelled"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="clocks")
    metric = models.CharField(max_length=20, choices=Metric.choices)
    ordinal = models.PositiveIntegerField()  # the nth clock of this metric on the ticket, from 1
    started_at = models.DateTimeField()
    target = models.DurationField()  # covered time
    coverage = models.CharField(max_length=100)
    due_at = models.DateTimeField(null=True)  # none while it is paused (K7)
    warn_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    breached_at = models.DateTimeField(null=True)
    late_by = models.DurationField(null=True)  # covered time
    marks = models.JSONField(default=list)
    # Whether the timers have told people. Not derived: what was told stays told.
    warning_told_at = models.DateTimeField(null=True)
    breach_told_at = models.DateTimeField(null=True)

    objects = Clocks.as_manager()

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "metric", "ordinal"], name="one_clock_of_an_ordinal"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(outcome__in=["running", "breached"], breach_told_at=None),
                name="clock_breach_to_tell",
            ),
            models.Index(
                fields=["warn_at"],
                condition=Q(stopped_at=None, outcome="running", warning_told_at=None),
                name="clock_warning_to_tell",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()} of #{self.ticket_id}: {self.outcome}"

    @property
    def label(self) -> str:
        return self.get_metric_display()

    @property
    def standing(self) -> str:
        """For a chip: running, warned, breached, paused, met, late (stopped after its instant), cancelled."""
        if self.outcome == self.Outcome.BREACHED:
            return "late" if self.stopped_at else "breached"
        if self.outcome == self.Outcome.RUNNING:
            return self._while_running()
        return self.outcome

    def _while_running(self) -> str:
        now = clock.now()
        if self.due_at is None:
            return "paused"
        if now > self.due_at:
            return "breached"
        return "warned" if self.warn_at and now >= self.warn_at else "running"
