"""Who is on call: schedules of layers and turns, what was changed above them, and who really was."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from deskbell.lib import clock
from deskbell.lib.ids import new_token
from deskbell.people.models import DEFAULT_ZONE, Agent


class Schedule(models.Model):
    """Who is on call: layers of people in turn, in one time zone."""

    name = models.CharField(max_length=100, unique=True)
    zone = models.CharField(max_length=64, default=DEFAULT_ZONE)
    place = models.PositiveSmallIntegerField(default=1)  # in lists, the lowest first
    calendar_token = models.CharField(max_length=64, unique=True, default=new_token)

    def __str__(self) -> str:
        return self.name

    def document(self, since: datetime | None = None) -> dict[str, Any]:
        """The form that `rota.Schedule.from_document` reads; people are agents' ids. Overrides and temporary
        schedules that were over at `since` are left out."""
        layers = self.layers.prefetch_related("turns").order_by("place")
        read = Subscription.objects.filter(schedule=self).first()
        return {
            "zone": self.zone,
            "layers": [*(layer.document() for layer in layers), *([read.layer()] if read else [])],
            "overrides": [each.document() for each in self.overrides.standing(since)],
            "temporary": [each.document() for each in self.temporaries.standing(since)],
        }


class Layer(models.Model):
    """People in turn. The first handoff is a wall-clock time of the schedule's zone (T1)."""

    class Unit(models.TextChoices):
        HOURS = "hours", "hours"
        DAYS = "days", "days"
        WEEKS = "weeks", "weeks"
        MONTHS = "months", "months"

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="layers")
    place = models.PositiveSmallIntegerField(default=1)  # the highest that has someone wins (S4)
    handoff_on = models.DateField()
    handoff_at = models.TimeField()
    every = models.PositiveSmallIntegerField(default=1)
    unit = models.CharField(max_length=10, choices=Unit.choices, default=Unit.WEEKS)
    name = models.CharField(max_length=100, blank=True)
    restrictions = models.JSONField(
        default=list
    )  # [{"days": ["mon"], "from": "22:00", "to": "06:00"}]
    starts = models.CharField(max_length=16, blank=True)  # local, like 2026-03-06T09:00
    ends = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schedule", "place"], name="one_layer_of_a_place")
        ]

    def __str__(self) -> str:
        return f"layer {self.place} of {self.schedule}"

    def document(self) -> dict[str, Any]:
        people = sorted(self.turns.all(), key=lambda turn: turn.place)
        return {
            "people": [str(turn.agent_id) for turn in people],
            "handoff": f"{self.handoff_on:%Y-%m-%d}T{self.handoff_at:%H:%M}",
            "every": [self.every, self.unit],
            "restrictions": self.restrictions,
            "start": self.starts or None,
            "end": self.ends or None,
        }


class Turn(models.Model):
    """An agent's place in a layer's order."""

    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="turns")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="turns")
    place = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["layer", "place"], name="one_turn_of_a_place")
        ]

    def __str__(self) -> str:
        return f"{self.agent}, {self.place} in {self.layer}"


class Overrides(models.QuerySet["Override"]):
    """Questions about many overrides."""

    def standing(self, since: datetime | None = None) -> Overrides:
        """Those not undone, and not over at `since`, in the order in which they were made (S5)."""
        found = self.filter(undone_at=None).order_by("id")
        return found if since is None else found.filter(ends_at__gt=since)


class Override(models.Model):
    """A change of who is on call between two instants (S1). Taken back, never deleted.

    `replace`: `by` stands in for `agent`, or for everyone without one. `add`: `agent` joins. `remove`:
    `agent` is off. Two of a swap share it, and are made and undone together.
    """

    class Kind(models.TextChoices):
        REPLACE = "replace", "takes over from"
        ADD = "add", "joins"
        REMOVE = "remove", "is off"

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="overrides")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    agent = models.ForeignKey(
        Agent, null=True, blank=True, on_delete=models.CASCADE, related_name="overridden"
    )
    by = models.ForeignKey(
        Agent, null=True, blank=True, on_delete=models.CASCADE, related_name="standing_in"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    swap = models.ForeignKey(
        "Swap", null=True, blank=True, on_delete=models.SET_NULL, related_name="overrides"
    )
    made_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    undone_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = Overrides.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="override_ends_after_it_starts"
            )
        ]
        indexes = [models.Index(fields=["schedule", "ends_at"], name="override_by_end")]

    def __str__(self) -> str:
        return f"{self.kind} in {self.schedule} from {self.starts_at:%F %T}"

    def document(self) -> dict[str, Any]:
        return {
            "from": self.starts_at.isoformat(),
            "to": self.ends_at.isoformat(),
            "kind": self.kind,
            "person": str(self.agent_id or ""),
            "by": str(self.by_id or ""),
        }


class Temporaries(models.QuerySet["Temporary"]):
    """Questions about many temporary schedules."""

    def standing(self, since: datetime | None = None) -> Temporaries:
        """Those not undone, and not over at `since`, in the order in which they were made."""
        found = self.filter(undone_at=None).order_by("id").prefetch_related("agents")
        return found if since is None else found.filter(ends_at__gt=since)


class Temporary(models.Model):
    """A temporary schedule: between two instants these people are on call, whatever the layers and the
    overrides say (S1). Taken back, never deleted."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="temporaries")
    agents = models.ManyToManyField(Agent, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    undone_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = Temporaries.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="temporary_ends_after_it_starts"
            )
        ]
        indexes = [models.Index(fields=["schedule", "ends_at"], name="temporary_by_end")]

    def __str__(self) -> str:
        return f"temporary schedule in {self.schedule} from {self.starts_at:%F %T}"

    def document(self) -> dict[str, Any]:
        return {
            "from": self.starts_at.isoformat(),
            "to": self.ends_at.isoformat(),
            "people": sorted((str(agent.pk) for agent in self.agents.all()), key=int),
        }


class Swap(models.Model):
    """Someone asks to be relieved of a turn, and may offer to take another in return."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked"
        TAKEN = "taken", "Taken"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="swaps")
    asked_by = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="swaps_asked")
    asked_of = models.ForeignKey(  # None: whoever takes it
        Agent, null=True, blank=True, on_delete=models.CASCADE, related_name="swaps_offered"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    return_starts_at = models.DateTimeField(null=True, blank=True)
    return_ends_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    token_digest = models.CharField(max_length=64, null=True, unique=True)
    asked_at = models.DateTimeField(default=clock.now)
    answered_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"swap asked by {self.asked_by}, {self.state}"


class Duty(models.Model):
    """Who was on call from one boundary to the next, as it was then: the past is frozen (S7)."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="duties")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)  # None: it lasts
    agents = models.ManyToManyField(Agent, related_name="duties")  # none: nobody was
    why = models.JSONField(default=list)
    note = models.TextField(blank=True)  # for whoever takes over
    noted_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name_plural = "duties"
        constraints = [
            models.UniqueConstraint(
                fields=["schedule"], condition=Q(ends_at=None), name="one_present_duty"
            )
        ]
        indexes = [models.Index(fields=["schedule", "-starts_at"], name="duty_of_schedule")]

    def __str__(self) -> str:
        return f"duty in {self.schedule} from {self.starts_at:%F %T}"


class Subscription(models.Model):
    """A calendar elsewhere that the desk reads again and again (S9): someone's leave, or the shifts of a
    schedule, which stand above its layers and below what is changed by hand."""

    agent = models.OneToOneField(
        Agent, null=True, on_delete=models.CASCADE, related_name="subscription"
    )
    schedule = models.OneToOneField(
        Schedule, null=True, on_delete=models.CASCADE, related_name="subscription"
    )
    sealed = models.TextField()  # its address: whoever knows that can read it
    host = models.CharField(max_length=255)
    shifts = models.JSONField(default=list)  # [{"from", "to", "people": ["7"]}], of a schedule
    unknown = models.JSONField(default=list)  # names of events that are nobody of the team
    read_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)  # of the last try

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agent=None, schedule__isnull=False)
                | Q(agent__isnull=False, schedule=None),
                name="a_subscription_is_of_an_agent_or_a_schedule",
            )
        ]

    def __str__(self) -> str:
        return f"calendar at {self.host}"

    def layer(self) -> dict[str, Any]:
        """What it says as a layer, in the form of `Layer.document`."""
        return {"people": [], "shifts": self.shifts}


class PersonalCalendar(models.Model):
    """The secret address at which a calendar program reads when one agent is on call (S9)."""

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="rota_calendar")
    token = models.CharField(max_length=64, unique=True, default=new_token)

    def __str__(self) -> str:
        return f"calendar of {self.agent}"
