"""What is watched: services, the components they are made of, and when those are in maintenance."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from deskbell.lib import clock
from deskbell.people.models import Agent, District, Team
from deskbell.tickets.impacts import Impact


class Service(models.Model):
    """What districts know by name, e.g. “Streaming”. The status page groups by it."""

    name = models.CharField(max_length=100, unique=True)
    description = models.CharField(max_length=300, blank=True)
    place = models.PositiveSmallIntegerField(default=0)  # in lists, the lowest first

    class Meta:
        ordering = ["place", "name"]

    def __str__(self) -> str:
        return self.name


class Component(models.Model):
    """A part of a service that can fail by itself: one of ours, or a vendor's (P1)."""

    class Kind(models.TextChoices):
        OWN = "own", "Our own"
        THIRD_PARTY = "third_party", "A vendor's"

    class State(models.TextChoices):
        """Of what is known now. UNKNOWN: a source of truth exists and has said nothing lately."""

        OPERATIONAL = "operational", "Operational"
        DEGRADED = "degraded", "Degraded"
        PARTIAL_OUTAGE = "partial_outage", "Partial outage"
        MAJOR_OUTAGE = "major_outage", "Major outage"
        MAINTENANCE = "maintenance", "In maintenance"
        UNKNOWN = "unknown", "Unknown"
        NOT_WATCHED = "not_watched", "Not watched"

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="components")
    name = models.CharField(max_length=100)
    key = models.SlugField(max_length=64, unique=True)  # by which labels of alerts name it
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.OWN)
    description = models.CharField(max_length=300, blank=True)
    impact = models.CharField(max_length=10, choices=Impact.choices, default=Impact.URGENT)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL)
    owner = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL)
    depends_on = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="supports"
    )
    for_everyone = models.BooleanField(default=True)  # each district depends on it
    districts = models.ManyToManyField(District, blank=True, related_name="components")
    state = models.CharField(max_length=15, choices=State.choices, default=State.NOT_WATCHED)
    state_since = models.DateTimeField(default=clock.now)
    place = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["place", "name"]
        constraints = [
            models.UniqueConstraint(fields=["service", "name"], name="one_component_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class ComponentChange(models.Model):
    """A component came into a state, and why. Kept for ever: uptime is computed from these rows."""

    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="changes")
    state = models.CharField(max_length=15, choices=Component.State.choices)
    at = models.DateTimeField(default=clock.now)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["component", "-at"], name="change_of_component")]

    def __str__(self) -> str:
        return f"{self.component} {self.state} at {self.at:%F %T}"


class Maintenance(models.Model):
    """A window in which components may be away on purpose: their checks are quiet, nobody is paged."""

    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    components = models.ManyToManyField(Component, related_name="maintenances")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL)
    made_at = models.DateTimeField(default=clock.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="maintenance_ends_after_it_starts"
            )
        ]
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="maintenance_by_end")]

    def __str__(self) -> str:
        return self.title
