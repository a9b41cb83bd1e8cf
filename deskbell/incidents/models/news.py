"""Who wants to hear of the status page, and each thing that is sent to them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from deskbell.incidents.models.updates import IncidentUpdate, MaintenanceNotice
from deskbell.lib import clock
from deskbell.monitoring.models import Component
from deskbell.people.models import District, Person


class Subscriber(models.Model):
    """Someone, or some program, who is told of changes on the status page."""

    class Way(models.TextChoices):
        MAIL = "mail", "E-mail"
        WEBHOOK = "webhook", "Webhook"
        SLACK = "slack", "Slack"
        TEAMS = "teams", "Microsoft Teams"

    way = models.CharField(max_length=10, choices=Way.choices)
    person = models.ForeignKey(  # of a mail address
        Person, null=True, blank=True, on_delete=models.CASCADE, related_name="subscriptions"
    )
    host = models.CharField(max_length=253, blank=True)  # of an address; shown to the team
    sealed = models.TextField(
        blank=True
    )  # the whole address, which is a secret for Slack and Teams
    secret = models.TextField(blank=True)  # sealed; with it the bodies of a webhook are signed
    digest = models.CharField(max_length=64, blank=True)  # of the address: the same one only once
    district = models.ForeignKey(  # of the private page on which it was asked for
        District, null=True, blank=True, on_delete=models.CASCADE, related_name="subscribers"
    )
    components = models.ManyToManyField(Component, blank=True, related_name="subscribers")
    language = models.CharField(max_length=5, default="en")
    zone = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=300, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failing_why = models.CharField(max_length=300, blank=True)
    demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "district"],
                condition=Q(way="mail"),
                nulls_distinct=False,
                name="one_subscription_of_a_person",
            )
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(confirmed_at__isnull=False, ended_at=None),
                name="subscriber_active",
            ),
            models.Index(fields=["digest"], name="subscriber_by_digest"),
        ]

    def __str__(self) -> str:
        return str(self.person) if self.person else f"{self.get_way_display()} at {self.host}"


class Delivery(models.Model):
    """One piece of news on its way to one subscriber. A failed attempt is data on its row."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="deliveries")
    update = models.ForeignKey(
        IncidentUpdate, null=True, blank=True, on_delete=models.CASCADE, related_name="deliveries"
    )
    notice = models.ForeignKey(
        MaintenanceNotice,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="deliveries",
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    made_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=clock.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "update"], name="one_delivery_of_an_update"
            ),
            models.UniqueConstraint(
                fields=["subscriber", "notice"], name="one_delivery_of_a_notice"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"], condition=Q(state="queued"), name="delivery_due"
            ),
            models.Index(fields=["id"], condition=Q(state="queued"), name="delivery_oldest"),
            models.Index(
                fields=["subscriber", "id"],
                condition=Q(state="queued"),
                name="delivery_of_subscriber",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} {self.state}"


class Asking(models.Model):
    """Someone asked to subscribe an address, so that nobody is written to in storms. Kept for a day."""

    digest = models.CharField(max_length=64)  # of the address
    network = models.CharField(max_length=64)  # from which it was asked
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["digest", "at"], name="asking_of_address"),
            models.Index(fields=["network", "at"], name="asking_of_network"),
        ]

    def __str__(self) -> str:
        return f"{self.network} at {self.at:%F %T}"
