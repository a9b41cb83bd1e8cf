"""Who answers for which impact: escalation policies, the gaps in them, and the drills that try them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q

from deskbell.lib import clock
from deskbell.monitoring.models import Alert
from deskbell.oncall.models.schedules import Schedule
from deskbell.people.models import Agent, Team
from deskbell.tickets.impacts import Impact


class EscalationPolicy(models.Model):
    """Whom the desk calls, step by step, until someone answers (E1). After all repeats, the managers."""

    name = models.CharField(max_length=100, unique=True)
    repeats = models.PositiveSmallIntegerField(default=2)

    class Meta:
        verbose_name_plural = "escalation policies"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def document(self) -> dict[str, Any]:
        """As a call keeps it: `{name, repeats, steps: [{waits, agents, teams, schedules}]}`, of ids."""
        steps = self.steps.prefetch_related("agents", "teams", "schedules").order_by("place")
        return {
            "name": self.name,
            "repeats": self.repeats,
            "steps": [step.document() for step in steps],
        }


class EscalationStep(models.Model):
    """People, teams or schedules that are told together, and how long they have to acknowledge."""

    policy = models.ForeignKey(EscalationPolicy, on_delete=models.CASCADE, related_name="steps")
    place = models.PositiveSmallIntegerField()
    waits = models.PositiveSmallIntegerField(default=5)  # minutes, until the next step
    agents = models.ManyToManyField(Agent, blank=True, related_name="+")
    teams = models.ManyToManyField(Team, blank=True, related_name="+")
    schedules = models.ManyToManyField(Schedule, blank=True, related_name="steps")

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "place"], name="one_step_of_a_place")
        ]

    def __str__(self) -> str:
        return f"step {self.place} of {self.policy}"

    def document(self) -> dict[str, Any]:
        return {
            "waits": self.waits,
            "agents": sorted(each.pk for each in self.agents.all()),
            "teams": sorted(each.pk for each in self.teams.all()),
            "schedules": sorted(each.pk for each in self.schedules.all()),
        }


class Answering(models.Model):
    """Who answers for an impact (G1), and what becomes of its alerts outside its hours (E7)."""

    class Outside(models.TextChoices):
        KEEP = "keep", "Keep paging"
        HOLD = "hold", "Hold until the hours open"
        DOWNGRADE = "downgrade", "Downgrade"

    impact = models.CharField(max_length=10, choices=Impact.choices, unique=True)
    policy = models.ForeignKey(EscalationPolicy, on_delete=models.PROTECT, related_name="answers")
    team = models.ForeignKey(  # in the hours of which the team is on shift, it answers
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    opened_outside = models.CharField(
        max_length=10, choices=Outside.choices, default=Outside.HOLD
    )  # an alert that comes when its impact's hours are closed
    at_boundary = models.CharField(
        max_length=10, choices=Outside.choices, default=Outside.KEEP
    )  # one that was open when they closed
    repage_after = models.DurationField(default=timedelta(hours=4))  # E4

    def __str__(self) -> str:
        return f"{self.get_impact_display()} is answered by {self.policy}"


class Gap(models.Model):
    """A span that the SLA promises and in which nobody can be reached (G1), as computed last."""

    class Kind(models.TextChoices):
        NOBODY = "nobody", "Nobody is on call"
        LEAVE = "leave", "On leave"
        UNREACHABLE = "unreachable", "Can't be reached"
        UNTESTED = "untested", "Untested"
        TEAM = "team", "The team is away"

    impact = models.CharField(max_length=10, choices=Impact.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.NOBODY)
    why = models.CharField(max_length=300)
    is_warning = models.BooleanField(default=False)  # a method untested in the first 30 days (G2)
    found_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["impact", "starts_at"], name="gap_by_start")]

    def __str__(self) -> str:
        return f"gap for {self.impact} from {self.starts_at:%F %T}"


class GapAccepted(models.Model):
    """A save opened gaps, and a manager said why that is right (G1)."""

    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)
    what = models.CharField(max_length=300)  # was saved
    reason = models.CharField(max_length=500)
    gaps = models.JSONField(default=list)  # `[{impact, from, to, why}]`

    def __str__(self) -> str:
        return self.reason


class Watch(models.Model):
    """What the watch over the desk itself saw last (E8): one row. Not well while any fault stands in it."""

    looked_at = models.DateTimeField(default=clock.now)
    faults = models.JSONField(default=list)  # `[{reason, sentence}]`
    since = models.DateTimeField(null=True, blank=True)  # faults, without a pause
    pinged_at = models.DateTimeField(null=True, blank=True)  # the dead man's address, by its answer
    ping_said = models.CharField(max_length=300, blank=True)  # why it was not reached

    class Meta:
        verbose_name_plural = "watches"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="only_one_watch")]

    def __str__(self) -> str:
        return f"watch at {self.looked_at:%F %T}"


class Drill(models.Model):
    """A synthetic alert through the public door to a real person, again and again (E9)."""

    name = models.CharField(max_length=100, unique=True)
    every = models.PositiveSmallIntegerField(default=7)  # days
    at = models.TimeField()  # by the desk's wall clock
    impact = models.CharField(max_length=10, choices=Impact.choices, default=Impact.URGENT)
    next_at = models.DateTimeField(null=True, blank=True)  # None: paused
    made_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="drill_due")
        ]

    def __str__(self) -> str:
        return self.name


class DrillRun(models.Model):
    """One drill as it went; seconds from the door to each step are read from the alert's story."""

    drill = models.ForeignKey(Drill, on_delete=models.CASCADE, related_name="runs")
    alert = models.ForeignKey(Alert, null=True, on_delete=models.SET_NULL, related_name="+")
    began_at = models.DateTimeField(default=clock.now)
    acknowledged_by = models.ForeignKey(
        Agent, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    said = models.CharField(max_length=300, blank=True)  # why the desk's own door did not take it

    class Meta:
        indexes = [models.Index(fields=["drill", "-id"], name="run_of_drill")]

    def __str__(self) -> str:
        return f"{self.drill} of {self.began_at:%F %T}"
