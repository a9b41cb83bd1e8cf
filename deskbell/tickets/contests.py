"""The noun of contesting: a customer finds an impact wrong, and what came of it."""

from __future__ import annotations

from django.db import models

from deskbell.lib import clock
from deskbell.people.models import Agent, Person
from deskbell.tickets.impacts import Impact


class Contest(models.Model):
    """A customer finds their ticket's impact wrong, once; someone of the team looks at it and tells why it
    becomes another or stays. What they said stands in the conversation."""

    ticket = models.OneToOneField(
        "tickets.Ticket", on_delete=models.CASCADE, related_name="contest"
    )
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contests")
    was = models.CharField(max_length=10, choices=Impact.choices)
    wanted = models.CharField(max_length=10, choices=Impact.choices)
    at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    became = models.CharField(max_length=10, choices=Impact.choices, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["ticket"], condition=models.Q(settled_at=None), name="contest_unsettled"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id}: {self.wanted} instead of {self.was}"
