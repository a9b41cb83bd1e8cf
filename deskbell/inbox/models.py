"""The nouns of the inbox: SavedView. What a ticket is stands in the rooms below."""

from __future__ import annotations

from django.db import models

from deskbell.lib import clock
from deskbell.people.models import Agent


class SavedView(models.Model):
    """A question that someone keeps beside the lists of the desk: for themselves, or for the whole team."""

    owner = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    question = models.CharField(max_length=500)
    shared = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_saved_view_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name
