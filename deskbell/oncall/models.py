"""The nouns of the oncall room: Schedule, Layer, Turn; Call and its Pages."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from deskbell.lib import clock
from deskbell.mail.models import OutboundMail
from deskbell.monitoring.models import Alert
from deskbell.people.models import DEFAULT_ZONE, Agent
from deskbell.tickets.models import Ticket


class Schedule(models.Model):
    """Who is on call: layers of people in turn, in one time zone."""

    name = models.CharField(max_length=100, unique=True)
    zone = models.CharField(max_length=64, default=DEFAULT_ZONE)

    def __str__(self) -> str:
        return self.name

    def document(self) -> dict[str, Any]:
        """The form that `rota.Schedule.from_document` reads; people are agents' ids."""
        layers = self.layers.prefetch_related("turns").order_by("place")
        return {"zone": self.zone, "layers": [layer.document() for layer in layers]}


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


class Calls(models.QuerySet["Call"]):
    """Questions about many calls."""

    def ringing(self) -> Calls:
        return self.filter(state=Call.State.RINGING)


class Call(models.Model):
    """The desk calls for a person, about a ticket, round after round until someone answers."""

    class State(models.TextChoices):
        RINGING = "ringing", "Ringing"
        ANSWERED = "answered", "Answered"
        OVER = "over", "Over by itself"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="calls")
    alert = models.ForeignKey(Alert, null=True, on_delete=models.SET_NULL, related_name="calls")
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RINGING)
    round = models.PositiveIntegerField(default=0)  # how many have been paged
    next_at = models.DateTimeField(null=True)  # of the next round, an instant; None when it is done
    opened_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Agent, null=True, on_delete=models.PROTECT)

    objects = Calls.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(state="ringing"), name="one_ringing_call"
            ),
            models.CheckConstraint(
                condition=Q(state="ringing", next_at__isnull=False)
                | (~Q(state="ringing") & Q(next_at=None)),
                name="a_ringing_call_has_a_next_round",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="ringing"), name="call_next_round"),
            models.Index(fields=["ticket", "-id"], name="call_of_ticket"),
        ]

    def __str__(self) -> str:
        return f"call about #{self.ticket_id}, {self.state}"

    @property
    def is_ringing(self) -> bool:
        return self.state == self.State.RINGING


class Page(models.Model):
    """One message of a call to one person by one way in one round (E3). Sent only once it has left."""

    class Way(models.TextChoices):
        APP = "app", "in the app"
        MAIL = "mail", "by mail"

    class State(models.TextChoices):
        QUEUED = "queued", "On its way"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not delivered"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="pages")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="pages")
    way = models.CharField(max_length=10, choices=Way.choices)
    step = models.PositiveIntegerField()  # the round of its call
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)
    mail = models.OneToOneField(
        OutboundMail, null=True, on_delete=models.SET_NULL, related_name="page"
    )
    token_digest = models.CharField(max_length=64, null=True, unique=True)  # of the link it carries
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call", "agent", "way", "step"], name="one_page_of_a_step"
            )
        ]

    def __str__(self) -> str:
        return f"page to {self.agent} {self.get_way_display()}, {self.state}"

    @property
    def is_link_open(self) -> bool:
        return self.expires_at is not None and clock.now() < self.expires_at
