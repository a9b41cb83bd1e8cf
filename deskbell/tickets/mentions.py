"""The noun of mentioning: a note names a colleague."""

from __future__ import annotations

from django.db import models

from deskbell.people.models import Agent


class Mention(models.Model):
    """A note names a colleague."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="mentions")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="mentions")
    message = models.ForeignKey(
        "tickets.Message", on_delete=models.CASCADE, related_name="mentions"
    )

    class Meta:
        indexes = [models.Index(fields=["agent", "ticket"], name="mention_of_agent")]

    def __str__(self) -> str:
        return f"{self.agent} in #{self.ticket_id}"
