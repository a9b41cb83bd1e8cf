"""Calls for a person and their pages; the methods by which each person is reached."""

from __future__ import annotations

import json
from typing import Any, cast

from django.db import models
from django.db.models import Q

from deskbell.lib import clock
from deskbell.lib.sealing import unseal
from deskbell.mail.models import OutboundMail
from deskbell.monitoring.models import Alert
from deskbell.people.models import Agent
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket

# A method by which a page may go (G2).
USABLE = Q(verified_at__isnull=False, disabled_at=None, removed_at=None)


class Methods(models.QuerySet["Method"]):
    """Questions about many methods."""

    def usable(self) -> Methods:
        return self.filter(USABLE)

    def kept(self) -> Methods:
        """Those that their person has not removed."""
        return self.filter(removed_at=None)


class Method(models.Model):
    """A way to reach one person: their phone's push, an ntfy topic, a number."""

    class Way(models.TextChoices):
        APP = "app", "in the app"
        MAIL = "mail", "by mail"
        PUSH = "push", "by web push"
        NTFY = "ntfy", "by ntfy"
        WEBHOOK = "webhook", "by webhook"
        SLACK = "slack", "in Slack"
        TEAMS = "teams", "in Teams"
        SMS = "sms", "by SMS"
        VOICE = "voice", "by phone call"

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="methods")
    way = models.CharField(max_length=10, choices=Way.choices)
    name = models.CharField(max_length=100, blank=True)
    after = models.PositiveSmallIntegerField(default=0)  # minutes after the step (personal ladder)
    where = models.CharField(max_length=200, blank=True)  # as it may be shown: “ntfy.sh/ada…”
    sealed = models.TextField(blank=True)  # what its way needs to reach it, as JSON, sealed
    code_digest = models.CharField(max_length=64, blank=True)  # of the code that a test carries
    code_expires_at = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    verified_at = models.DateTimeField(null=True, blank=True)
    tested_at = models.DateTimeField(null=True, blank=True)  # the last delivery that was confirmed
    disabled_at = models.DateTimeField(null=True, blank=True)  # by its provider: gone, unsubscribed
    disabled_why = models.CharField(max_length=300, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)  # by its person; erased a day later
    created_at = models.DateTimeField(default=clock.now)

    objects = Methods.as_manager()

    class Meta:
        indexes = [models.Index(fields=["agent", "after"], name="method_of_agent")]

    def __str__(self) -> str:
        return self.name or self.get_way_display()

    @property
    def is_usable(self) -> bool:
        """As `USABLE` asks of many."""
        return bool(self.verified_at and not self.disabled_at and not self.removed_at)

    @property
    def secrets(self) -> dict[str, Any]:
        """What its way needs to reach it. Raises Refused if the desk's secret key has changed since."""
        return cast(dict[str, Any], json.loads(unseal(self.sealed) or "{}"))


class PushKeys(models.Model):
    """The desk's own pair of keys, by which browsers' push services know it (VAPID). One row."""

    public = models.CharField(
        max_length=100
    )  # an uncompressed point, base64url: browsers ask for it
    sealed = models.TextField()  # the private key in PEM, sealed
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "push keys"

    def __str__(self) -> str:
        return f"push keys of {self.made_at:%F}"


class Calls(models.QuerySet["Call"]):
    """Questions about many calls."""

    def ringing(self) -> Calls:
        return self.filter(state=Call.State.RINGING)

    def standing(self) -> Calls:
        """Those that ring, or will when they wake."""
        return self.filter(state__in=[Call.State.RINGING, Call.State.HELD])


class Call(models.Model):
    """The desk calls for a person, about a ticket, round after round until someone answers."""

    class State(models.TextChoices):
        RINGING = "ringing", "Ringing"
        ANSWERED = "answered", "Answered"
        OVER = "over", "Over by itself"
        HELD = "held", "Held until its hours open"  # E7

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="calls")
    alert = models.ForeignKey(Alert, null=True, on_delete=models.SET_NULL, related_name="calls")
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RINGING)
    round = models.PositiveIntegerField(default=0)  # how many have been paged
    place = models.PositiveIntegerField(default=0)  # of the last step taken; empty ones are skipped
    next_at = models.DateTimeField(null=True)  # of the next round, an instant; None when it is done
    opened_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Agent, null=True, on_delete=models.PROTECT)
    impact = models.CharField(max_length=10, choices=Impact.choices, default=Impact.URGENT)
    group = models.CharField(max_length=200, blank=True)  # alerts of a group share a call (E5)
    policy = models.JSONField(default=dict)  # the escalation policy as it stood at the opening (E1)
    wakes_at = models.DateTimeField(null=True, blank=True)  # of a held or snoozed call
    active_at = models.DateTimeField(null=True, blank=True)  # the last act on it (E4)
    checks_at = models.DateTimeField(null=True, blank=True)  # when an answered one pages again (E4)

    objects = Calls.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(state__in=["ringing", "held"]),
                name="one_ringing_call",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["ringing", "held"], next_at__isnull=False)
                | (~Q(state__in=["ringing", "held"]) & Q(next_at=None)),
                name="a_ringing_call_has_a_next_round",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(next_at__isnull=False), name="call_next_round"
            ),
            models.Index(
                fields=["checks_at"],
                condition=Q(checks_at__isnull=False),
                name="call_checked_again",
            ),
            models.Index(fields=["group", "-id"], name="call_of_group"),
            models.Index(fields=["ticket", "-id"], name="call_of_ticket"),
        ]

    def __str__(self) -> str:
        return f"call about #{self.ticket_id}, {self.state}"

    @property
    def is_ringing(self) -> bool:
        return self.state == self.State.RINGING

    @property
    def is_held(self) -> bool:
        return self.state == self.State.HELD


class Page(models.Model):
    """One message of a call to one person by one way in one round (E3). Sent only once it has left."""

    Way = Method.Way

    class State(models.TextChoices):
        QUEUED = "queued", "On its way"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not delivered"
        DROPPED = "dropped", "Not needed any more"
        BUNDLED = "bundled", "Told in another's message"  # E5

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="pages")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="pages")
    way = models.CharField(max_length=10, choices=Method.Way.choices)
    method = models.ForeignKey(Method, null=True, on_delete=models.SET_NULL, related_name="pages")
    step = models.PositiveIntegerField()  # the round of its call
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)
    mail = models.OneToOneField(
        OutboundMail, null=True, on_delete=models.SET_NULL, related_name="page"
    )
    token_digest = models.CharField(max_length=64, null=True, unique=True)  # of the link it carries
    expires_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(default=clock.now)  # not before: the personal ladder, a pause
    leased_until = models.DateTimeField(null=True)  # in the hand of a sender until then
    attempts = models.PositiveSmallIntegerField(default=0)
    bundled_in = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    said = models.CharField(max_length=300, blank=True)  # by the provider: its number, or why not
    is_first = models.BooleanField(default=False)  # the first of an Urgent group overtakes all (E5)
    seen_at = models.DateTimeField(null=True)  # its link was opened, its message was delivered
    over_at = models.DateTimeField(
        null=True
    )  # from when on its method is to be told: nobody needed
    over_told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call", "agent", "way", "method", "step"],
                name="one_page_of_a_step",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(
                fields=["-is_first", "due_at", "id"],
                condition=Q(state="queued", mail=None),
                name="page_waiting",
            ),
            models.Index(fields=["due_at"], condition=Q(state="queued"), name="page_unsent"),
            models.Index(fields=["agent", "way", "-sent_at"], name="page_sent_to"),
            models.Index(
                fields=["over_at"], condition=Q(over_at__isnull=False), name="page_to_end"
            ),
            models.Index(fields=["method", "-sent_at"], name="page_sent_by"),
        ]

    def __str__(self) -> str:
        return f"page to {self.agent} {self.get_way_display()}, {self.state}"

    @property
    def is_link_open(self) -> bool:
        return self.expires_at is not None and clock.now() < self.expires_at


class Uncovered(models.Model):
    """A span in which a step found nobody to page, and the one ticket that was opened about it (G3)."""

    key = models.CharField(max_length=200)  # of the step: what it names
    found_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()  # when someone is on call again, as the rota stood then
    closed_at = models.DateTimeField(null=True)  # someone was reached by the same step
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name_plural = "uncovered"
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(closed_at=None), name="one_uncovered_of_a_step"
            )
        ]

    def __str__(self) -> str:
        return f"nobody from {self.found_at:%F %T} on"
