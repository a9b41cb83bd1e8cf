"""The noun of the webhooks: Webhook, one for each mail service."""

from __future__ import annotations

from django.db import models

from deskbell.lib import clock


class Webhook(models.Model):
    """The secret address to which one mail service brings what it has received."""

    service = models.CharField(max_length=20, unique=True)
    token = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)  # of the last delivery, if it could not be understood

    def __str__(self) -> str:
        return self.service
