"""The nouns of what is set aside: Aside, where a ticket is, and Erased, what is left of one that is gone."""

from __future__ import annotations

from django.db import models

from deskbell.lib import clock


class Aside(models.TextChoices):
    """Where a ticket is that stands in no other list. Of one that is in none of these, it is empty."""

    SPAM = "spam", "Spam"
    TRASH = "trash", "Trash"


class Erased(models.Model):
    """That there was a ticket, who deleted it and when; nothing of what it said."""

    number = models.BigIntegerField(primary_key=True)
    opened_at = models.DateTimeField()
    deleted_at = models.DateTimeField()
    deleted_by = models.CharField(max_length=200)  # by name: people are erased too
    erased_at = models.DateTimeField(default=clock.now)
    messages = models.PositiveIntegerField(default=0)
    breaches = models.PositiveIntegerField(default=0)  # so that deleting betters no figure unseen

    class Meta:
        ordering = ["-erased_at", "-number"]

    def __str__(self) -> str:
        return f"#{self.number}, erased {self.erased_at:%F}"
