"""The nouns of bulk changes: BulkChange and its lines. Both stay as the record of who did what to many."""

from __future__ import annotations

from django.db import models

from deskbell.lib import clock
from deskbell.people.models import Agent


class BulkChange(models.Model):
    """One change that someone makes to many tickets. `of` is the change that this one takes back."""

    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=500, blank=True)
    unanswered = models.BooleanField(default=False)  # solve also what has no answer (K14)
    evidence = models.JSONField(default=dict)  # kept with each event, as the incident that is over
    of = models.OneToOneField("self", null=True, on_delete=models.CASCADE, related_name="undone_by")
    total = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.value} on {self.total} tickets"


class BulkLine(models.Model):
    """One ticket of a bulk change: what came of it, and what was there before."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        SAME = "same", "Was so already"
        REFUSED = "refused", "Refused"
        FAILED = "failed", "Failed"

    change = models.ForeignKey(BulkChange, on_delete=models.CASCADE, related_name="lines")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    before = models.JSONField(null=True)  # what the way back restores
    after = models.JSONField(null=True)  # what must still be so for the way back
    note = models.CharField(max_length=300, blank=True)  # why it was refused, or failed

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["change", "ticket"], name="one_bulk_line_of_a_ticket")
        ]
        indexes = [
            models.Index(
                fields=["change", "id"],
                condition=models.Q(outcome="waiting"),
                name="bulk_line_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id}: {self.outcome}"
