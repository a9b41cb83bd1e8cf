"""The nouns of the reports room: WhatIf, and the clocks that change sides in one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from deskbell.lib import clock
from deskbell.people.models import Person


class WhatIf(models.Model):
    """A question put to the past: these days, under this policy. Its answer is frozen with it.

    `attempt` counts how often the work was begun: a worker that died leaves it to another, and one
    that only seemed dead finds that its attempt is no longer the present one.
    """

    first = models.DateField()  # both included, by the days of `zone`
    last = models.DateField()
    zone = models.CharField(max_length=64)
    document = models.JSONField()  # the form of sla.core.Policy.from_document
    changes = models.JSONField(default=list)  # what differs, in sentences
    as_of = models.DateTimeField(default=clock.now)  # what came later is not looked at
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    attempt = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)  # tickets
    done = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True)  # the form of whatif.counting.Count.result
    ended_at = models.DateTimeField(null=True)
    cancelled = models.BooleanField(default=False)
    trouble = models.CharField(max_length=300, blank=True)  # why it failed

    class Meta:
        ordering = ["-id"]
        verbose_name = "what-if"

    def __str__(self) -> str:
        return f"What if, {self.first} to {self.last}"

    @property
    def days(self) -> str:
        """The period for people: "Jul 1 to Sep 30, 2026", with both years if they differ."""
        year = f", {self.first.year}" if self.first.year != self.last.year else ""
        return (
            f"{self.first:%b} {self.first.day}{year} to "
            f"{self.last:%b} {self.last.day}, {self.last.year}"
        )

    @property
    def state(self) -> str:
        """working, answered, failed or cancelled."""
        if self.ended_at is None:
            return "working"
        if self.cancelled:
            return "cancelled"
        return "failed" if self.trouble else "answered"


class Turned(models.Model):
    """A clock that was met and would have been missed, or the other way round.

    The ticket's number alone: what a what-if has found stands, whatever becomes of the ticket.
    """

    whatif = models.ForeignKey(WhatIf, on_delete=models.CASCADE, related_name="turned")
    ticket = models.BigIntegerField()
    metric = models.CharField(max_length=20)
    ordinal = models.PositiveIntegerField()
    impact = models.CharField(max_length=10)
    district = models.BigIntegerField(null=True)
    to_missed = models.BooleanField()
    due_was = models.DateTimeField(null=True)
    due_would_be = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["whatif", "id"], name="turned_of_whatif"),
            models.Index(
                fields=["whatif", "id"], condition=Q(to_missed=True), name="turned_to_missed"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket} {self.metric} {self.ordinal}: {self.was} to {self.would_be}"

    @property
    def was(self) -> str:
        return "met" if self.to_missed else "breached"

    @property
    def would_be(self) -> str:
        return "breached" if self.to_missed else "met"
