"""What is watched: services, the components they are made of, and when those are in maintenance."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from deskbell.lib import clock
from deskbell.people.models import Agent, District, Team
from deskbell.tickets.impacts import Impact

SETTLES_WITHIN = timedelta(minutes=1)


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


class Maintenances(models.QuerySet["Maintenance"]):
    """Questions about many windows."""

    def covering(self, now: datetime) -> Maintenances:
        """Those in which something may be away now. One that has just ended still covers until the desk
        has seen to it: what failed inside of it is asked once more before anybody is called."""
        unsettled = Q(closed_at=None, ends_at__gt=now - SETTLES_WITHIN)
        return self.filter(
            Q(ends_at__gt=now) | unsettled, starts_at__lte=now, ended_at=None, cancelled_at=None
        )

    def coming(self, now: datetime) -> Maintenances:
        """Those that are planned for later, the next first."""
        return self.filter(starts_at__gt=now, cancelled_at=None).order_by("starts_at", "pk")


class Maintenance(models.Model):
    """A window in which components may be away on purpose: their checks are quiet, nobody is paged.

    One that is weekly makes the next when it begins, at the same time by the wall clock of `zone`.
    """

    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    components = models.ManyToManyField(Component, related_name="maintenances")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    weekly = models.BooleanField(default=False)
    zone = models.CharField(max_length=64, default="UTC")
    last_on = models.DateField(null=True, blank=True)  # on which a weekly one may begin
    follows = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="next"
    )
    public = models.BooleanField(default=True)  # customers are told of it
    made_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL)
    made_at = models.DateTimeField(default=clock.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)  # before it began
    ended_at = models.DateTimeField(null=True, blank=True)  # by a person, before its time
    opened_at = models.DateTimeField(null=True, blank=True)  # when the desk saw to its beginning
    closed_at = models.DateTimeField(null=True, blank=True)  # ... and to its end

    objects = Maintenances.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="maintenance_ends_after_it_starts"
            )
        ]
        indexes = [
            models.Index(fields=["ends_at", "starts_at"], name="maintenance_by_end"),
            models.Index(
                fields=["starts_at"],
                condition=Q(closed_at=None, cancelled_at=None),
                name="maintenance_unsettled",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return bool(self.cancelled_at or self.ended_at) or self.ends_at <= clock.now()

    @property
    def is_open(self) -> bool:
        return self.starts_at <= clock.now() and not self.is_over
